/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the specification says, by the letter, written down by hand. */
class OtlpJsonTest {

  private static final String TRACE_ID = "5b8efff798038103d269b633813fc60c";
  private static final String SPAN_ID = "eee19b7ec3c1b174";
  private static final String PARENT_ID = "eee19b7ec3c1b173";

  private static final Resource RESOURCE =
      Resource.create(
          Attributes.of(AttributeKey.stringKey("service.name"), "my.service"),
          "https://opentelemetry.io/schemas/1.30.0");
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.builder("my.library")
          .setVersion("1.0.0")
          .setAttributes(Attributes.of(AttributeKey.longKey("n"), 1L))
          .setSchemaUrl("https://example.com/scope")
          .build();

  private static final String IN_RESOURCE =
      "{\"resource\":{\"attributes\":[{\"key\":\"service.name\","
          + "\"value\":{\"stringValue\":\"my.service\"}}]},";
  private static final String IN_SCOPE =
      "[{\"scope\":{\"name\":\"my.library\",\"version\":\"1.0.0\","
          + "\"attributes\":[{\"key\":\"n\",\"value\":{\"intValue\":\"1\"}}]},";
  private static final String END =
      ",\"schemaUrl\":\"https://example.com/scope\"}],"
          + "\"schemaUrl\":\"https://opentelemetry.io/schemas/1.30.0\"}]}";

  @Test
  void span() {
    SpanData span =
        TestSpanData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setSpanContext(
                SpanContext.create(
                    TRACE_ID,
                    SPAN_ID,
                    TraceFlags.getSampled(),
                    TraceState.builder().put("b", "2").put("a", "1").build()))
            .setParentSpanContext(
                SpanContext.createFromRemoteParent(
                    TRACE_ID, PARENT_ID, TraceFlags.getSampled(), TraceState.getDefault()))
            .setName("I'm a server span")
            .setKind(SpanKind.SERVER)
            .setStartEpochNanos(1544712660000000000L)
            .setEndEpochNanos(1544712661000000000L)
            .setHasEnded(true)
            .setAttributes(Attributes.of(AttributeKey.stringKey("my.span.attr"), "some value"))
            .setTotalAttributeCount(3)
            .setEvents(
                List.of(
                    EventData.create(
                        1544712660500000000L,
                        "retry",
                        Attributes.of(AttributeKey.longKey("attempt"), 2L),
                        2)))
            .setTotalRecordedEvents(5)
            .setLinks(
                List.of(
                    LinkData.create(
                        SpanContext.create(
                            TRACE_ID,
                            PARENT_ID,
                            TraceFlags.getDefault(),
                            TraceState.getDefault()))))
            .setTotalRecordedLinks(1)
            .setStatus(StatusData.create(StatusCode.ERROR, "boom"))
            .build();

    assertThat(json(Batch.traces(List.of(span))))
        .isEqualTo(
            "{\"resourceSpans\":["
                + IN_RESOURCE
                + "\"scopeSpans\":"
                + IN_SCOPE
                + "\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\","
                + "\"spanId\":\"eee19b7ec3c1b174\","
                + "\"traceState\":\""
                + state(span)
                + "\","
                + "\"parentSpanId\":\"eee19b7ec3c1b173\","
                + "\"name\":\"I'm a server span\","
                + "\"kind\":2,"
                + "\"startTimeUnixNano\":\"1544712660000000000\","
                + "\"endTimeUnixNano\":\"1544712661000000000\","
                + "\"attributes\":[{\"key\":\"my.span.attr\","
                + "\"value\":{\"stringValue\":\"some value\"}}],"
                + "\"droppedAttributesCount\":2,"
                + "\"events\":[{\"timeUnixNano\":\"1544712660500000000\",\"name\":\"retry\","
                + "\"attributes\":[{\"key\":\"attempt\",\"value\":{\"intValue\":\"2\"}}],"
                + "\"droppedAttributesCount\":1}],"
                + "\"droppedEventsCount\":4,"
                + "\"links\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\","
                + "\"spanId\":\"eee19b7ec3c1b173\",\"flags\":256}],"
                + "\"status\":{\"message\":\"boom\",\"code\":2},"
                + "\"flags\":769}]"
                + END);
  }

  @Test
  void log() {
    assertThat(
            json(
                Batch.logs(
                    List.of(
                        TestLogRecordData.builder()
                            .setResource(RESOURCE)
                            .setInstrumentationScopeInfo(SCOPE)
                            .setTimestamp(1544712660300000000L, TimeUnit.NANOSECONDS)
                            .setObservedTimestamp(1544712660300000001L, TimeUnit.NANOSECONDS)
                            .setSeverity(Severity.INFO2)
                            .setSeverityText("Information")
                            .setSpanContext(
                                SpanContext.create(
                                    TRACE_ID,
                                    SPAN_ID,
                                    TraceFlags.getSampled(),
                                    TraceState.getDefault()))
                            .setBodyValue(
                                Value.of(
                                    KeyValue.of("text", Value.of("a\n\"b\"\u0001")),
                                    KeyValue.of("raw", Value.of(new byte[] {1, 2, (byte) 0xff})),
                                    KeyValue.of("none", Value.empty()),
                                    KeyValue.of(
                                        "list",
                                        Value.of(
                                            Value.of(0L),
                                            Value.of(false),
                                            Value.of(0.0),
                                            Value.of("")))))
                            .setEventName("my.event")
                            .setTotalAttributeCount(1)
                            .build()))))
        .isEqualTo(
            "{\"resourceLogs\":["
                + IN_RESOURCE
                + "\"scopeLogs\":"
                + IN_SCOPE
                + "\"logRecords\":[{\"timeUnixNano\":\"1544712660300000000\","
                + "\"severityNumber\":10,"
                + "\"severityText\":\"Information\","
                + "\"body\":{\"kvlistValue\":{\"values\":["
                + "{\"key\":\"text\",\"value\":{\"stringValue\":\"a\\n\\\"b\\\"\\u0001\"}},"
                + "{\"key\":\"raw\",\"value\":{\"bytesValue\":\"AQL/\"}},"
                + "{\"key\":\"none\",\"value\":{}},"
                + "{\"key\":\"list\",\"value\":{\"arrayValue\":{\"values\":["
                + "{\"intValue\":\"0\"},{\"boolValue\":false},{\"doubleValue\":0.0},"
                + "{\"stringValue\":\"\"}]}}}]}},"
                + "\"droppedAttributesCount\":1,"
                + "\"flags\":1,"
                + "\"traceId\":\"5b8efff798038103d269b633813fc60c\","
                + "\"spanId\":\"eee19b7ec3c1b174\","
                + "\"observedTimeUnixNano\":\"1544712660300000001\","
                + "\"eventName\":\"my.event\"}]"
                + END);
  }

  @Test
  void longGauge() {
    assertMetric(
        MetricDataType.LONG_GAUGE,
        GaugeData.createLongGaugeData(List.of(LongPointData.create(0, 2, Attributes.empty(), 0))),
        "\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"2\",\"asInt\":\"0\"}]}");
  }

  @Test
  void doubleGauge() {
    assertMetric(
        MetricDataType.DOUBLE_GAUGE,
        GaugeData.createDoubleGaugeData(
            List.of(
                DoublePointData.create(0, 2, Attributes.empty(), 0.0, List.of()),
                DoublePointData.create(0, 2, Attributes.empty(), Double.NaN, List.of()),
                DoublePointData.create(
                    0, 2, Attributes.empty(), Double.NEGATIVE_INFINITY, List.of()))),
        "\"gauge\":{\"dataPoints\":["
            + "{\"timeUnixNano\":\"2\",\"asDouble\":0.0},"
            + "{\"timeUnixNano\":\"2\",\"asDouble\":\"NaN\"},"
            + "{\"timeUnixNano\":\"2\",\"asDouble\":\"-Infinity\"}]}");
  }

  @Test
  void longSum() {
    assertMetric(
        MetricDataType.LONG_SUM,
        SumData.createLongSumData(
            true,
            AggregationTemporality.DELTA,
            List.of(LongPointData.create(1, 2, attributes(), -5))),
        "\"sum\":{\"dataPoints\":[{"
            + ATTRIBUTES
            + ",\"startTimeUnixNano\":\"1\",\"timeUnixNano\":\"2\",\"asInt\":\"-5\"}],"
            + "\"aggregationTemporality\":1,\"isMonotonic\":true}");
  }

  @Test
  void doubleSum() {
    assertMetric(
        MetricDataType.DOUBLE_SUM,
        SumData.createDoubleSumData(
            false,
            AggregationTemporality.CUMULATIVE,
            List.of(
                DoublePointData.create(
                    -1,
                    2,
                    Attributes.empty(),
                    0.1,
                    List.of(
                        DoubleExemplarData.create(
                            attributes(),
                            3,
                            SpanContext.create(
                                TRACE_ID,
                                SPAN_ID,
                                TraceFlags.getSampled(),
                                TraceState.getDefault()),
                            0.0))))),
        "\"sum\":{\"dataPoints\":[{"
            + "\"startTimeUnixNano\":\"18446744073709551615\",\"timeUnixNano\":\"2\","
            + "\"asDouble\":0.1,"
            + "\"exemplars\":[{\"timeUnixNano\":\"3\",\"asDouble\":0.0,"
            + "\"spanId\":\"eee19b7ec3c1b174\","
            + "\"traceId\":\"5b8efff798038103d269b633813fc60c\","
            + "\"filteredAttributes\":"
            + ATTRIBUTES.substring(ATTRIBUTES.indexOf('['))
            + "}]}],"
            + "\"aggregationTemporality\":2}");
  }

  @Test
  void histogram() {
    assertMetric(
        MetricDataType.HISTOGRAM,
        HistogramData.create(
            AggregationTemporality.CUMULATIVE,
            List.of(
                HistogramPointData.create(
                    1,
                    2,
                    Attributes.empty(),
                    0.0,
                    true,
                    0.0,
                    false,
                    7.0,
                    List.of(5.0, 10.0),
                    List.of(3L, 0L, 2L)))),
        "\"histogram\":{\"dataPoints\":[{"
            + "\"startTimeUnixNano\":\"1\",\"timeUnixNano\":\"2\",\"count\":\"5\",\"sum\":0.0,"
            + "\"bucketCounts\":[\"3\",\"0\",\"2\"],\"explicitBounds\":[5.0,10.0],"
            + "\"min\":0.0}],"
            + "\"aggregationTemporality\":2}");
  }

  @Test
  void exponentialHistogram() {
    assertMetric(
        MetricDataType.EXPONENTIAL_HISTOGRAM,
        ExponentialHistogramData.create(
            AggregationTemporality.DELTA,
            List.of(
                ExponentialHistogramPointData.create(
                    -3,
                    12.5,
                    4,
                    false,
                    0,
                    true,
                    9.5,
                    ExponentialHistogramBuckets.create(-3, -7, List.of(1L, 0L)),
                    ExponentialHistogramBuckets.create(-3, 0, List.of()),
                    1,
                    2,
                    Attributes.empty(),
                    List.of()))),
        "\"exponentialHistogram\":{\"dataPoints\":[{"
            + "\"startTimeUnixNano\":\"1\",\"timeUnixNano\":\"2\",\"count\":\"5\",\"sum\":12.5,"
            + "\"scale\":-3,\"zeroCount\":\"4\","
            + "\"positive\":{\"offset\":-7,\"bucketCounts\":[\"1\",\"0\"]},"
            + "\"negative\":{},"
            + "\"max\":9.5}],"
            + "\"aggregationTemporality\":1}");
  }

  @Test
  void summary() {
    assertMetric(
        MetricDataType.SUMMARY,
        SummaryData.create(
            List.of(
                SummaryPointData.create(
                    1,
                    2,
                    Attributes.empty(),
                    3,
                    4.5,
                    List.of(ValueAtQuantile.create(0.0, 0.5), ValueAtQuantile.create(0.99, 2.0))))),
        "\"summary\":{\"dataPoints\":[{"
            + "\"startTimeUnixNano\":\"1\",\"timeUnixNano\":\"2\",\"count\":\"3\",\"sum\":4.5,"
            + "\"quantileValues\":[{\"value\":0.5},{\"quantile\":0.99,\"value\":2.0}]}]}");
  }

  @Test
  void nothing() {
    assertThat(json(Batch.traces(List.of()))).isEqualTo("{}");
    assertThat(json(Batch.metrics(List.of()))).isEqualTo("{}");
    assertThat(json(Batch.logs(List.of()))).isEqualTo("{}");
  }

  @Test
  void surrogatesWithoutTheirOtherHalf() {
    assertThat(json(Batch.logs(List.of(logOf(Value.of("a\ud83d b\ude00 \ud83d\ude00"))))))
        .contains("{\"stringValue\":\"a? b? \ud83d\ude00\"}");
  }

  @Test
  void deeplyNested() throws Exception {
    Value<?> value = Value.of("x");
    for (int i = 0; i < 900; i++) {
      value = i % 2 == 0 ? Value.of(value) : Value.of(KeyValue.of("k", value));
    }
    assertThat(json(Batch.logs(List.of(logOf(value))))).contains("{\"stringValue\":\"x\"}");

    for (int i = 0; i < 101; i++) {
      value = Value.of(value);
    }
    Batch tooDeep = Batch.logs(List.of(logOf(value)));
    assertThatThrownBy(() -> OtlpEncoding.JSON.encode(tooDeep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value is nested deeper than 1000 levels");
  }

  private static final String ATTRIBUTES =
      "\"attributes\":["
          + "{\"key\":\"b\",\"value\":{\"boolValue\":false}},"
          + "{\"key\":\"d\",\"value\":{\"arrayValue\":{\"values\":["
          + "{\"doubleValue\":1.5},{\"doubleValue\":\"Infinity\"}]}}},"
          + "{\"key\":\"s\",\"value\":{\"arrayValue\":{}}}]";

  private static Attributes attributes() {
    return Attributes.builder()
        .put(AttributeKey.booleanKey("b"), false)
        .put(AttributeKey.doubleArrayKey("d"), List.of(1.5, Double.POSITIVE_INFINITY))
        .put(AttributeKey.stringArrayKey("s"), List.of())
        .build();
  }

  private static void assertMetric(MetricDataType type, Data<?> data, String expected) {
    TestMetric metric =
        new TestMetric(RESOURCE, SCOPE, "my.metric", "what it is", "By", type, data);
    assertThat(json(Batch.metrics(List.of(metric))))
        .isEqualTo(
            "{\"resourceMetrics\":["
                + IN_RESOURCE
                + "\"scopeMetrics\":"
                + IN_SCOPE
                + "\"metrics\":[{\"name\":\"my.metric\",\"description\":\"what it is\","
                + "\"unit\":\"By\","
                + expected
                + "}]"
                + END);
  }

  private static String state(SpanData span) {
    // The order is the SDK's: the last one put stands first.
    assertThat(span.getSpanContext().getTraceState().get("a")).isEqualTo("1");
    return "a=1,b=2";
  }

  private static TestLogRecordData logOf(Value<?> body) {
    return TestLogRecordData.builder().setBodyValue(body).build();
  }

  private static String json(Batch batch) {
    return new String(OtlpEncoding.JSON.encode(batch).toByteArray(), UTF_8);
  }
}
