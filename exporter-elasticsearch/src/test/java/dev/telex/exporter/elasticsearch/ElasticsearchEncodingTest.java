/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static dev.telex.exporter.elasticsearch.Samples.RESOURCE;
import static dev.telex.exporter.elasticsearch.Samples.SCOPE;
import static dev.telex.exporter.elasticsearch.Samples.SPAN_ID;
import static dev.telex.exporter.elasticsearch.Samples.TIME;
import static dev.telex.exporter.elasticsearch.Samples.TRACE_ID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.elasticsearch.BulkAnswers.Doc;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Documents, read by Jackson. */
class ElasticsearchEncodingTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<Doc> documents(Batch batch, ElasticsearchEncoding encoding) throws Exception {
    return BulkAnswers.documents(batch.encoded(encoding).toByteArray());
  }

  private static JsonNode json(String text) throws Exception {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void aSpanHasWhatTheCollectorWrites() throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span("GET /")
                    .setSpanContext(Samples.context(TraceState.builder().put("a", "b").build()))
                    .setParentSpanContext(
                        SpanContext.create(
                            TRACE_ID,
                            "00f067aa0ba902b7",
                            TraceFlags.getSampled(),
                            TraceState.getDefault()))
                    .setStatus(StatusData.error())
                    .setAttributes(
                        Attributes.builder()
                            .put("http.route", "/")
                            .put("n", 1L)
                            .put("d", 2.0)
                            .put("b", true)
                            .put("list", "x", "y")
                            .build())
                    .setTotalAttributeCount(7)
                    .setLinks(
                        List.of(
                            LinkData.create(
                                Samples.context(TraceState.getDefault()),
                                Attributes.builder().put("k", "v").build())))
                    .setTotalRecordedLinks(3)
                    .setTotalRecordedEvents(1)
                    .build()));

    List<Doc> documents = documents(batch, ElasticsearchEncoding.otel());

    assertThat(documents).hasSize(1);
    assertThat(documents.get(0).index()).isEqualTo("traces-generic.otel-default");
    assertThat(documents.get(0).source())
        .isEqualTo(
            json(
                """
                {'@timestamp':'1721314113467.654123',
                 'data_stream':{'type':'traces','dataset':'generic.otel','namespace':'default'},
                 'trace_id':'%s','span_id':'%s','parent_span_id':'00f067aa0ba902b7',
                 'trace_state':'a=b','name':'GET /','kind':'Server','duration':1500,
                 'attributes':{'b':true,'d':2.0,'http.route':'/','list':['x','y'],'n':1},
                 'dropped_attributes_count':2,'dropped_events_count':1,
                 'links':[{'trace_id':'%s','span_id':'%s','attributes':{'k':'v'}}],
                 'dropped_links_count':2,'status':{'code':'Error'},
                 'resource':{'attributes':{'service.name':'shop'}},
                 'scope':{'name':'checkout','version':'1.2'}}"""
                    .formatted(TRACE_ID, SPAN_ID, TRACE_ID, SPAN_ID)));
    assertThat(documents.get(0).lines()).contains("\"d\":2.0");
  }

  @Test
  void anEventOfASpanIsADocumentOfLogs() throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span("a").build(),
                Samples.span("b")
                    .setEvents(
                        List.of(
                            EventData.create(
                                TIME + 5,
                                "exception",
                                Attributes.builder().put("exception.type", "X").build(),
                                2)))
                    .build()));
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());

    List<Doc> documents = BulkAnswers.documents(payload.toByteArray());

    assertThat(documents).hasSize(3);
    assertThat(payload.itemCount()).isEqualTo(2);
    assertThat(documents.get(2).index()).isEqualTo("logs-generic.otel-default");
    assertThat(documents.get(2).id()).isEqualTo(documents.get(1).id() + ".0");
    assertThat(documents.get(2).source())
        .isEqualTo(
            json(
                """
                {'@timestamp':'1721314113467.654128',
                 'data_stream':{'type':'logs','dataset':'generic.otel','namespace':'default'},
                 'trace_id':'%s','span_id':'%s','dropped_attributes_count':1,
                 'event_name':'exception',
                 'attributes':{'exception.type':'X','event.name':'exception'},
                 'resource':{'attributes':{'service.name':'shop'}},
                 'scope':{'name':'checkout','version':'1.2'}}"""
                    .formatted(TRACE_ID, SPAN_ID)));
  }

  @Test
  void aTimeHasSixDigitsAfterTheMillisecond() throws Exception {
    Batch batch = Batch.traces(List.of(Samples.span("a").setStartEpochNanos(1_000_005).build()));

    assertThat(documents(batch, ElasticsearchEncoding.otel()).get(0).source().path("@timestamp"))
        .isEqualTo(JSON.getNodeFactory().textNode("1.000005"));
  }

  @Test
  void aLogRecordHasItsBodyAsTextOrAsMap() throws Exception {
    TestLogRecordData.Builder log =
        TestLogRecordData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setObservedTimestamp(TIME, TimeUnit.NANOSECONDS)
            .setSeverity(Severity.WARN)
            .setSeverityText("WARN")
            .setEventName("e");
    Batch batch =
        Batch.logs(
            List.of(
                log.setBodyValue(Value.of("line 1\nline \"2\"")).build(),
                log.setBodyValue(Value.of(KeyValue.of("k", Value.of(1)))).build(),
                log.setBodyValue(Value.of(Value.of("x"), Value.of(2))).build(),
                log.setBodyValue(Value.of(Value.of(KeyValue.of("k", Value.of("v"))))).build()));

    List<Doc> documents = documents(batch, ElasticsearchEncoding.otel());

    assertThat(documents.get(0).source())
        .isEqualTo(
            json(
                """
                {'@timestamp':'1721314113467.654123','observed_timestamp':'1721314113467.654123',
                 'data_stream':{'type':'logs','dataset':'generic.otel','namespace':'default'},
                 'severity_text':'WARN','severity_number':13,'event_name':'e',
                 'body':{'text':'line 1\\nline \\"2\\"'},
                 'resource':{'attributes':{'service.name':'shop'}},
                 'scope':{'name':'checkout','version':'1.2'}}"""));
    assertThat(documents)
        .extracting(doc -> doc.source().path("body"))
        .containsExactly(
            documents.get(0).source().path("body"),
            json("{'structured':{'k':1}}"),
            json("{'structured':{'value':['x',2]}}"),
            json("{'structured':[{'k':'v'}]}"));
  }

  @Test
  void attributesSayWhichDataStream() throws Exception {
    Attributes routed =
        Attributes.builder()
            .put("data_stream.dataset", "My-App/1")
            .put("data_stream.namespace", "EU-1")
            .put("kept", "yes")
            .build();
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span("record").setAttributes(routed).build(),
                Samples.span("resource")
                    .setResource(RESOURCE.merge(Resource.create(routed)))
                    .setAttributes(Attributes.builder().put("data_stream.dataset", "own").build())
                    .build(),
                Samples.span("long")
                    .setAttributes(
                        Attributes.builder().put("data_stream.dataset", "x".repeat(200)).build())
                    .build()));

    List<Doc> documents = documents(batch, ElasticsearchEncoding.otel());

    assertThat(documents)
        .extracting(Doc::index)
        .containsExactly(
            "traces-my_app_1.otel-eu-1",
            "traces-own.otel-eu-1",
            "traces-" + "x".repeat(95) + ".otel-default");
    assertThat(documents.get(0).source().path("attributes")).isEqualTo(json("{'kept':'yes'}"));
    assertThat(documents.get(0).source().at("/data_stream/dataset").asText())
        .isEqualTo("my_app_1.otel");
    assertThat(documents.get(1).source().at("/resource/attributes"))
        .isEqualTo(json("{'kept':'yes','service.name':'shop'}"));
  }

  @Test
  void datasetsThatLookAlikeAreTwo() throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                routed("null", "a"),
                Samples.span("b")
                    .setAttributes(Attributes.builder().put("data_stream.namespace", "a").build())
                    .build(),
                routed("x\ny", "z"),
                routed("x", "y\nz"),
                routed("long".repeat(500_000), "İ".repeat(500_000))));

    List<Doc> documents = documents(batch, ElasticsearchEncoding.otel());

    assertThat(documents)
        .extracting(Doc::index)
        .startsWith(
            "traces-null.otel-a", "traces-generic.otel-a", "traces-x_y.otel-z", "traces-x.otel-y_z")
        .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .startsWith("traces-" + "long".repeat(23));
    assertThat(documents.get(4).index().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(200, 208);
  }

  private static SpanData routed(String dataset, String namespace) {
    return Samples.span("routed")
        .setAttributes(
            Attributes.builder()
                .put("data_stream.dataset", dataset)
                .put("data_stream.namespace", namespace)
                .build())
        .build();
  }

  @Test
  void anAttributeIsNotTheTimeOfADocument() throws Exception {
    Attributes hostile =
        Attributes.builder().put("@timestamp", "never").put("trace.id", "none").build();
    Batch batch = Batch.traces(List.of(Samples.span("a").setAttributes(hostile).build()));

    JsonNode document = documents(batch, ElasticsearchEncoding.ecs()).get(0).source();

    assertThat(document.path("@timestamp").asText()).isEqualTo("2024-07-18T14:48:33.467654123Z");
    assertThat(document.path("trace.id").asText()).isEqualTo(TRACE_ID);
  }

  @Test
  void equalItemsAreDocumentsOfDifferentNames() throws Exception {
    Batch batch = Batch.traces(List.of(Samples.span("a").build(), Samples.span("a").build()));
    Batch again = Batch.traces(batch.spans());

    List<Doc> all = new ArrayList<>(documents(batch, ElasticsearchEncoding.otel()));
    all.addAll(documents(again, ElasticsearchEncoding.otel()));

    assertThat(all).extracting(Doc::id).doesNotHaveDuplicates().hasSize(4);
    assertThat(all).extracting(Doc::source).containsOnly(all.get(0).source());
  }

  @Test
  void dataPointsOfOneSeriesStandInOneDocument() throws Exception {
    Attributes one = Attributes.builder().put("host", "a").build();
    Attributes other = Attributes.builder().put("host", "b").build();
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", one, 1),
                Samples.counter("requests", one, 7),
                Samples.counter("requests", other, 8)));
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());

    List<Doc> documents = BulkAnswers.documents(concat(Documents.of(batch, payload).buffers()));

    assertThat(documents).hasSize(2);
    assertThat(payload.item(0)).isEqualTo(payload.item(1)).isNotEqualTo(payload.item(2));
    assertThat(documents.get(0).action())
        .isEqualTo(
            json(
                """
                {'create':{'_index':'metrics-generic.otel-default','dynamic_templates':{
                 'metrics.load':'gauge_double','metrics.requests':'counter_long'}}}"""));
    JsonNode source = documents.get(0).source();
    String hash = source.path("_metric_names_hash").asText();
    assertThat(source)
        .isEqualTo(
            json(
                """
                {'@timestamp':1721314113467,'unit':'1',
                 'data_stream':{'type':'metrics','dataset':'generic.otel','namespace':'default'},
                 'attributes':{'host':'a'},'resource':{'attributes':{'service.name':'shop'}},
                 'scope':{'name':'checkout','version':'1.2'},
                 'metrics':{'load':1.0,'requests':7},'_metric_names_hash':'%s'}"""
                    .formatted(hash)));
    assertThat(documents.get(1).source().path("_metric_names_hash").asText()).isNotEqualTo(hash);
  }

  @Test
  void withoutTimeSeriesDocumentsOfMetricsHaveNames() throws Exception {
    ElasticsearchEncoding encoding =
        new ElasticsearchEncoding(ElasticsearchMode.OTEL, "generic", "default", false);
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", Attributes.empty(), 1, 2),
                Samples.counter("requests", Attributes.empty(), 7)));
    Payload payload = batch.encoded(encoding);

    List<Doc> documents = BulkAnswers.documents(concat(Documents.of(batch, payload).buffers()));

    assertThat(documents).extracting(Doc::id).doesNotHaveDuplicates().doesNotContain("");
    // The second of one name and time cannot stand beside the first.
    assertThat(documents)
        .extracting(doc -> doc.source().path("metrics"))
        .containsExactly(json("{'load':1.0}"), json("{'load':2.0,'requests':7}"));
  }

  @Test
  void whatHasNoFieldHasAnEmptyPiece() throws Exception {
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", Attributes.empty(), 1, 2),
                Samples.gauge("nan", Attributes.empty(), Double.NaN),
                histogram("cumulative", AggregationTemporality.CUMULATIVE)));
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());

    assertThat(payload.item(0).hasRemaining()).isTrue();
    // The second of one series and time, not a number, and what cannot be subtracted.
    assertThat(payload.item(1).hasRemaining()).isFalse();
    assertThat(payload.item(2).hasRemaining()).isFalse();
    assertThat(payload.item(3).hasRemaining()).isFalse();
  }

  private static MetricData histogram(String name, AggregationTemporality temporality) {
    return TestMetricData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setName(name)
        .setDescription("")
        .setUnit("")
        .setHistogramData(
            HistogramData.create(
                temporality,
                List.of(
                    HistogramPointData.create(
                        1_000_000,
                        TIME,
                        Attributes.empty(),
                        100,
                        false,
                        0,
                        false,
                        0,
                        List.of(10.0, 20.0),
                        List.of(1L, 0L, 3L)))))
        .build();
  }

  @Test
  void histogramsAreValuesAndCounts() throws Exception {
    MetricData exponential =
        TestMetricData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setName("exponential")
            .setDescription("")
            .setUnit("")
            .setExponentialHistogramData(
                ExponentialHistogramData.create(
                    AggregationTemporality.DELTA,
                    List.of(
                        ExponentialHistogramPointData.create(
                            0,
                            10,
                            2,
                            false,
                            0,
                            false,
                            0,
                            ExponentialHistogramBuckets.create(0, 0, List.of(1L, 2L)),
                            ExponentialHistogramBuckets.create(0, 0, List.of(4L)),
                            1_000_000,
                            TIME,
                            Attributes.empty(),
                            List.of()))))
            .build();
    MetricData summary =
        TestMetricData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setName("summary")
            .setDescription("")
            .setUnit("")
            .setSummaryData(
                SummaryData.create(
                    List.of(
                        SummaryPointData.create(
                            1_000_000, TIME, Attributes.empty(), 3, 4.5, List.of()))))
            .build();
    Batch batch =
        Batch.metrics(
            List.of(histogram("explicit", AggregationTemporality.DELTA), exponential, summary));
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());

    List<Doc> documents = BulkAnswers.documents(concat(Documents.of(batch, payload).buffers()));

    assertThat(documents).hasSize(1);
    assertThat(documents.get(0).source().path("metrics"))
        .isEqualTo(
            json(
                """
                {'explicit':{'values':[5.0,20.0],'counts':[1,3]},
                 'exponential':{'values':[-1.5,0.0,1.5,3.0],'counts':[4,2,1,2]},
                 'summary':{'sum':4.5,'value_count':3}}"""));
    assertThat(documents.get(0).action().at("/create/dynamic_templates"))
        .isEqualTo(
            json(
                """
                {'metrics.explicit':'histogram','metrics.exponential':'histogram',
                 'metrics.summary':'summary'}"""));
    assertThat(documents.get(0).source().path("start_timestamp").asLong()).isEqualTo(1);
  }

  @Test
  void mapsInDimensionsAreTexts() throws Exception {
    Attributes map =
        Attributes.of(AttributeKey.valueKey("map"), Value.of(KeyValue.of("a", Value.of("\"x\""))));
    Batch batch = Batch.metrics(List.of(Samples.gauge("load", map, 1)));

    JsonNode attributes =
        documents(batch, ElasticsearchEncoding.otel()).get(0).source().path("attributes");

    assertThat(json(attributes.path("map").asText())).isEqualTo(json("{'a':'\\\"x\\\"'}"));
  }

  @Test
  void ecsHasItsOwnNames() throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span("GET /")
                    .setResource(
                        RESOURCE.merge(
                            Resource.create(
                                Attributes.builder()
                                    .put("host.name", "h1")
                                    .put("os.type", "darwin")
                                    .put("telemetry.sdk.name", "opentelemetry")
                                    .put("telemetry.sdk.language", "java")
                                    .put("k8s.pod.name", "pod-1")
                                    .build())))
                    .setStatus(StatusData.error())
                    .setAttributes(Attributes.builder().put("http.route", "/").build())
                    .setEvents(
                        List.of(
                            EventData.create(
                                TIME,
                                "exception",
                                Attributes.builder().put("exception.type", "X").build())))
                    .build()));

    List<Doc> documents = documents(batch, ElasticsearchEncoding.ecs());

    assertThat(documents)
        .extracting(Doc::index)
        .containsExactly("traces-generic-default", "logs-generic-default");
    assertThat(documents.get(0).source())
        .isEqualTo(
            json(
                """
                {'service.name':'shop','host.name':'h1','host.hostname':'h1',
                 'host.os.platform':'darwin','host.os.type':'macos',
                 'kubernetes.pod.name':'pod-1','agent.name':'opentelemetry/java',
                 'otel.scope.name':'checkout','@timestamp':'2024-07-18T14:48:33.467654123Z',
                 'data_stream.type':'traces','data_stream.dataset':'generic',
                 'data_stream.namespace':'default','http.route':'/','trace.id':'%s',
                 'span.id':'%s','span.name':'GET /','span.kind':'SERVER','event.duration':1500,
                 'event.outcome':'failure'}"""
                    .formatted(TRACE_ID, SPAN_ID)));
    assertThat(documents.get(1).source().path("event.action").asText()).isEqualTo("exception");
    assertThat(documents.get(1).source().path("error.type").asText()).isEqualTo("X");
  }

  @Test
  void aDerivedBatchHasTheVeryNamesOfItsParent() throws Exception {
    Batch batch = Batch.traces(List.of(Samples.span("a").build(), Samples.span("b").build()));
    List<Doc> all = documents(batch, ElasticsearchEncoding.otel());

    List<Doc> second = documents(batch.split(1).get(1), ElasticsearchEncoding.otel());

    assertThat(second).extracting(Doc::lines).containsExactly(all.get(1).lines());
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  static byte[] concat(List<ByteBuffer> buffers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }
}
