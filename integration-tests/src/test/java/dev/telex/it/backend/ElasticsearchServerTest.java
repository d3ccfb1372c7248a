/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.examples.elasticsearch.ToElasticsearch;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.exporter.elasticsearch.ElasticsearchEncoding;
import dev.telex.exporter.elasticsearch.ElasticsearchExporter;
import dev.telex.exporter.elasticsearch.ElasticsearchExporterBuilder;
import dev.telex.exporter.elasticsearch.ElasticsearchMode;
import dev.telex.exporter.elasticsearch.ElasticsearchTemplates;
import dev.telex.otlp.GeneratedBatches;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents in a real Elasticsearch, through our own index templates. */
@Tag("backend")
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElasticsearchServerTest {

  /** Reads names of any length. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
              .build());

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** With two starts of a server in it. */
  private static final Duration LONG_LIMIT = Duration.ofMinutes(5);

  /** In nanoseconds, with some below the millisecond. */
  private static final long NOW = System.currentTimeMillis() * 1_000_000 + 654_123;

  private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("test");

  private ElasticsearchServer server;

  String version() {
    return System.getProperty("telex.elasticsearch.version", "8.19.21");
  }

  Path jdk() {
    return Jdks.own();
  }

  /** Whether its jars are all that it needs to compress. */
  boolean hasZstd() {
    return true;
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = ElasticsearchServer.start(version(), jdk(), directory);
  }

  @AfterAll
  void stop() {
    // Not there if it could not be started, or this version has no Java here.
    if (server != null) {
      server.close();
    }
  }

  /** An exporter to a dataset of its own, whose templates are there. */
  private ElasticsearchExporterBuilder builder(String dataset) throws Exception {
    return installed(to(dataset));
  }

  private static ElasticsearchExporterBuilder installed(ElasticsearchExporterBuilder builder)
      throws Exception {
    try (ElasticsearchExporter installer = builder.build()) {
      assertThat(
              get(installer.installTemplates(
                      ElasticsearchTemplates.standard().replicas(0).withoutHistogramFields()))
                  .status())
          .isEqualTo(Status.SUCCESS);
    }
    return builder;
  }

  private ElasticsearchExporterBuilder to(String dataset) {
    return ElasticsearchExporter.builder().endpoint(server.url()).dataset(dataset).timeout(LIMIT);
  }

  private static ExportResult get(CompletionStage<ExportResult> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static ExportResult export(ElasticsearchExporterBuilder builder, Batch batch)
      throws Exception {
    try (ElasticsearchExporter exporter = builder.build()) {
      return get(exporter.export(batch, ExportContext.none()));
    }
  }

  private static Resource service(String name) {
    return Resource.create(Attributes.builder().put("service.name", name).build());
  }

  private static TestSpanData.Builder span(int number, String service) {
    return TestSpanData.builder()
        .setResource(service(service))
        .setInstrumentationScopeInfo(SCOPE)
        .setSpanContext(
            SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                SpanId.fromLong(number + 1L),
                TraceFlags.getSampled(),
                TraceState.getDefault()))
        .setName("work")
        .setKind(SpanKind.SERVER)
        .setStatus(StatusData.unset())
        .setAttributes(Attributes.builder().put("number", number).build())
        .setTotalAttributeCount(1)
        .setStartEpochNanos(NOW + number)
        .setEndEpochNanos(NOW + number + (number + 1) * 1_000L)
        .setHasEnded(true);
  }

  private static Batch spans(int count, String service) {
    return Batch.traces(
        IntStream.range(0, count)
            .mapToObj(number -> (SpanData) span(number, service).build())
            .toList());
  }

  /** How often each number is there. */
  private static Map<Integer, Long> numbers(List<JsonNode> documents) {
    return count(documents, "/attributes/number");
  }

  private static Map<Integer, Long> count(List<JsonNode> documents, String pointer) {
    Map<Integer, Long> numbers = new HashMap<>();
    documents.forEach(document -> numbers.merge(document.at(pointer).asInt(), 1L, Long::sum));
    return numbers;
  }

  private static Map<Integer, Long> eachOnce(int count) {
    return IntStream.range(0, count).boxed().collect(toMap(number -> number, number -> 1L));
  }

  @ParameterizedTest
  @EnumSource(ElasticsearchMode.class)
  void aggregationsGiveTheRightNumbers(ElasticsearchMode mode) throws Exception {
    boolean otel = mode == ElasticsearchMode.OTEL;
    String dataset = otel ? "aggregations" : "aggregations_ecs";
    ElasticsearchExporterBuilder builder =
        installed(to(dataset).mode(mode).compression(Gzip.fast()));
    assertThat(export(builder, spans(1_000, "shop")).status()).isEqualTo(Status.SUCCESS);
    assertThat(export(builder, spans(250, "bank")).status()).isEqualTo(Status.SUCCESS);
    server.refresh();

    JsonNode answer =
        server.post(
            "/traces-" + dataset + (otel ? ".otel" : "") + "-default/_search?size=0",
            """
            {"aggs":{"services":{"terms":{"field":"%1$s"},
              "aggs":{"durations":{"percentiles":{"field":"%2$s","percents":[50,99]}},
                      "longest":{"max":{"field":"%2$s"}}}},
             "alias":{"cardinality":{"field":"service.name"}}}}"""
                .formatted(
                    otel ? "resource.attributes.service.name" : "service.name",
                    otel ? "duration" : "event.duration"));

    JsonNode services = answer.at("/aggregations/services/buckets");
    assertThat(services)
        .extracting(bucket -> bucket.path("key").asText())
        .containsExactly("shop", "bank");
    assertThat(services)
        .extracting(bucket -> bucket.path("doc_count").asInt())
        .containsExactly(1_000, 250);
    assertThat(services.get(0).at("/longest/value").asDouble()).isEqualTo(1_000_000);
    assertThat(services.get(0).at("/durations/values/50.0").asDouble())
        .isCloseTo(500_500, within(5_000.0));
    assertThat(services.get(0).at("/durations/values/99.0").asDouble())
        .isCloseTo(990_000, within(10_000.0));
    assertThat(answer.at("/aggregations/alias/value").asInt())
        .as("attributes are found without their prefix")
        .isEqualTo(2);
  }

  @Test
  void theExampleFindsItsOrders(@TempDir Path files) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Path left = files.resolve("left.jsonl");

    int status =
        ToElasticsearch.run(
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            "--to",
            server.url(),
            "--left",
            left.toString(),
            "--install-templates");

    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(status).as(text).isZero();
    assertThat(text)
        .contains("traces: 100 delivered, 0 rejected, 0 in ")
        .contains("logs: 100 delivered, 0 rejected, 0 in ")
        .containsPattern("shop +100 +50\\.\\d ms +9[56]\\.\\d ms");
    assertThat(left).doesNotExist();
  }

  @Test
  void nanosecondsAreKept() throws Exception {
    assertThat(export(builder("nanos"), spans(3, "shop")).status()).isEqualTo(Status.SUCCESS);
    server.refresh();

    JsonNode hits =
        server
            .post(
                "/traces-nanos.otel-default/_search",
                """
                {"sort":[{"@timestamp":{"order":"desc","format":"epoch_millis","numeric_type":"date_nanos"}}],
                 "fields":[{"field":"@timestamp","format":"strict_date_optional_time_nanos"}]}""")
            .at("/hits/hits");

    assertThat(hits)
        .extracting(hit -> hit.at("/_source/attributes/number").asInt())
        .containsExactly(2, 1, 0);
    assertThat(hits.get(0).at("/fields/@timestamp/0").asText()).contains("654125");
  }

  @Test
  void anEventOfASpanIsFoundAmongTheLogs() throws Exception {
    SpanData span =
        span(0, "shop")
            .setEvents(
                List.of(
                    EventData.create(
                        NOW, "exception", Attributes.builder().put("number", 7).build())))
            .setTotalRecordedEvents(1)
            .build();
    assertThat(export(builder("events"), Batch.traces(List.of(span))).accepted()).isEqualTo(1);
    server.refresh();

    JsonNode log = server.sources("logs-events.otel-default").get(0);
    assertThat(log.path("event_name").asText()).isEqualTo("exception");
    assertThat(log.path("span_id").asText()).isEqualTo(span.getSpanId());
  }

  @Test
  void whatIsSentTwiceIsThereOnce() throws Exception {
    ElasticsearchExporterBuilder builder = builder("twice");
    Batch batch = spans(20, "shop");

    assertThat(export(builder, batch).accepted()).isEqualTo(20);
    ExportResult again = export(builder, batch);

    assertThat(again.status()).isEqualTo(Status.SUCCESS);
    assertThat(again.accepted()).isEqualTo(20);
    server.refresh();
    assertThat(numbers(server.sources("traces-twice.otel-default"))).isEqualTo(eachOnce(20));
  }

  @Test
  void equalLogRecordsAreTwo() throws Exception {
    LogRecordData log = log(0, 0L);
    assertThat(export(builder("equal"), Batch.logs(List.of(log, log))).accepted()).isEqualTo(2);
    server.refresh();
    assertThat(server.sources("logs-equal.otel-default")).hasSize(2);
  }

  @Test
  void whatDoesNotFitTheMappingIsRejectedWithTheReason() throws Exception {
    ElasticsearchExporterBuilder builder = builder("conflicts");
    export(builder, spans(1, "shop"));
    List<SpanData> mixed = new ArrayList<>(spans(10, "shop").spans().subList(1, 10));
    for (int i = 0; i < 3; i++) {
      mixed.add(
          2 * i,
          span(100 + i, "shop")
              .setAttributes(Attributes.builder().put("number", "no number").build())
              .build());
    }
    Batch batch = Batch.traces(mixed);

    ExportResult result = export(builder, batch);

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(9);
    assertThat(result.rejected()).isEqualTo(3);
    assertThat(result.rejections()).hasSize(1);
    assertThat(result.rejections().get(0).reason())
        .contains("document_parsing_exception")
        .contains("failed to parse field [attributes.number] of type [long]");
    assertThat(result.refused().orElseThrow().spans())
        .containsExactly(mixed.get(0), mixed.get(2), mixed.get(4));
    server.refresh();
    assertThat(numbers(server.sources("traces-conflicts.otel-default"))).isEqualTo(eachOnce(10));
  }

  /** All at once: too little memory (429), a restart, a body that is too large (413), conflicts. */
  @Test
  void everyItemIsThereOnceAfterABadDay(@TempDir Path home) throws Exception {
    int count = 400;
    try (ElasticsearchServer bad = ElasticsearchServer.start(version(), jdk(), home)) {
      ElasticsearchExporter exporter =
          ElasticsearchExporter.builder().endpoint(bad.url()).timeout(LIMIT).build();
      assertThat(
              get(exporter.installTemplates(
                      ElasticsearchTemplates.standard().replicas(0).withoutHistogramFields()))
                  .status())
          .isEqualTo(Status.SUCCESS);
      // What "number" is.
      for (Batch first : List.of(spans(1, "first"), Batch.logs(List.of(log(0, 0L))))) {
        assertThat(get(exporter.export(first, ExportContext.none())).accepted()).isEqualTo(1);
      }
      bad.stop();
      bad.startAgain("indexing_pressure.memory.limit=1kb");
      List<SpanData> spans = new ArrayList<>();
      List<LogRecordData> logs = new ArrayList<>();
      List<MetricData> gauges = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Object number = isConflict(i) ? "conflict" : Long.valueOf(i);
        spans.add(span(i, "shop").setAttributes(numbered(number)).build());
        logs.add(log(i, number));
        gauges.add(gauge("number", Attributes.builder().put("series", i).build(), i));
      }
      List<Batch> batches = List.of(Batch.traces(spans), Batch.logs(logs), Batch.metrics(gauges));
      List<Integer> statuses = new CopyOnWriteArrayList<>();
      CountDownLatch busy = new CountDownLatch(2 * batches.size());
      try (Exporter chain =
          ExporterChain.of(new Watching(exporter, statuses, busy))
              .retry(
                  RetryPolicy.builder()
                      .maxAttempts(10_000)
                      .initialBackoff(Duration.ofMillis(20))
                      .maxBackoff(Duration.ofMillis(200))
                      .maxElapsed(LONG_LIMIT)
                      .build())
              .build()) {
        List<CompletableFuture<ExportResult>> results =
            batches.stream()
                .map(batch -> chain.export(batch, ExportContext.none()).toCompletableFuture())
                .toList();
        assertThat(busy.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        bad.stop();
        bad.startAgain("http.max_content_length=64kb");

        for (int i = 0; i < batches.size(); i++) {
          ExportResult last = results.get(i).get(LONG_LIMIT.toSeconds(), TimeUnit.SECONDS);
          boolean metrics = batches.get(i).signal() == Signal.METRICS;
          assertThat(last.status()).isEqualTo(metrics ? Status.SUCCESS : Status.PARTIAL);
          assertThat(last.accepted()).isEqualTo(metrics ? count : count - 10);
          if (!metrics) {
            assertThat(last.rejected()).isEqualTo(10);
            assertThat(last.rejections().get(0).reason())
                .contains("document_parsing_exception")
                .contains("failed to parse field [attributes.number] of type [long]");
          }
        }
      }
      assertThat(statuses).contains(429);
      for (Batch batch : batches) {
        assertThat(batch.encodingStats().encodings()).isEqualTo(1);
        assertThat(batch.encoded(ElasticsearchEncoding.otel()).size())
            .as("more than the server takes at once, which answers 413")
            .isGreaterThan(64 << 10);
      }
      bad.refresh();
      Map<Integer, Long> wanted = new HashMap<>(eachOnce(count));
      assertThat(count(bad.sources("metrics-generic.otel-default"), "/attributes/series"))
          .isEqualTo(wanted);
      wanted.keySet().removeIf(ElasticsearchServerTest::isConflict);
      // The first is there twice: it is another item of another batch.
      wanted.put(0, 2L);
      assertThat(numbers(bad.sources("traces-generic.otel-default"))).isEqualTo(wanted);
      assertThat(numbers(bad.sources("logs-generic.otel-default"))).isEqualTo(wanted);
    }
  }

  private static boolean isConflict(int number) {
    return number % 40 == 7;
  }

  private static Attributes numbered(Object number) {
    return number instanceof Long value
        ? Attributes.builder().put("number", value).build()
        : Attributes.builder().put("number", number.toString()).build();
  }

  private static LogRecordData log(int time, Object number) {
    return TestLogRecordData.builder()
        .setResource(service("shop"))
        .setInstrumentationScopeInfo(SCOPE)
        .setTimestamp(NOW + time, TimeUnit.NANOSECONDS)
        .setObservedTimestamp(NOW + time, TimeUnit.NANOSECONDS)
        .setAttributes(numbered(number))
        .setTotalAttributeCount(1)
        .setBodyValue(Value.of("the same"))
        .build();
  }

  /** Tells of each attempt. */
  private record Watching(Exporter exporter, List<Integer> statuses, CountDownLatch busy)
      implements Exporter {
    @Override
    public String name() {
      return "watched";
    }

    @Override
    public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
      return exporter
          .export(batch, context)
          .thenApply(
              result -> {
                int status = result.statusCode().orElse(0);
                statuses.add(status);
                if (status == 429) {
                  busy.countDown();
                }
                return result;
              });
    }

    @Override
    public CompletionStage<ExportResult> shutdown(Duration grace) {
      return exporter.shutdown(grace);
    }
  }

  private static MetricData gauge(String name, Attributes attributes, double value) {
    return metric(name)
        .setDoubleGaugeData(
            GaugeData.createDoubleGaugeData(
                List.of(
                    DoublePointData.create(NOW - 1_000_000, NOW, attributes, value, List.of()))))
        .build();
  }

  private static MetricData counter(String name, Attributes attributes, long value) {
    return metric(name)
        .setLongSumData(
            SumData.createLongSumData(
                true,
                AggregationTemporality.CUMULATIVE,
                List.of(LongPointData.create(NOW - 1_000_000, NOW, attributes, value))))
        .build();
  }

  private static TestMetricData.Builder metric(String name) {
    return TestMetricData.builder()
        .setResource(service("shop"))
        .setInstrumentationScopeInfo(SCOPE)
        .setName(name)
        .setDescription("")
        .setUnit("1");
  }

  private static Batch metrics() {
    Attributes one = Attributes.builder().put("host", "a").put("ratio", 0.5).put("n", 1).build();
    Attributes other = Attributes.builder().put("host", "b").put("ratio", 1.0).put("n", 2).build();
    MetricData histogram =
        metric("latency")
            .setHistogramData(
                HistogramData.create(
                    AggregationTemporality.DELTA,
                    List.of(
                        HistogramPointData.create(
                            NOW - 1_000_000,
                            NOW,
                            one,
                            30,
                            false,
                            0,
                            false,
                            0,
                            List.of(10.0),
                            List.of(1L, 2L)))))
            .build();
    return Batch.metrics(
        List.of(
            gauge("cpu.load", one, 0.25),
            counter("requests", one, 7),
            counter("requests", other, 8),
            histogram));
  }

  @ParameterizedTest
  @EnumSource(ElasticsearchMode.class)
  void metricsAreThereOnceAndOfTheirTypes(ElasticsearchMode mode) throws Exception {
    String dataset = "metrics_" + mode.name().toLowerCase(Locale.ROOT);
    ElasticsearchExporterBuilder builder = to(dataset).mode(mode);
    try (ElasticsearchExporter exporter = builder.build()) {
      assertThat(
              get(
                  exporter.installTemplates(
                      ElasticsearchTemplates.standard().replicas(0).withoutHistogramFields())))
          .hasToString("SUCCESS[accepted=0]");
      Batch batch = metrics();

      assertThat(get(exporter.export(batch, ExportContext.none())).accepted()).isEqualTo(4);
      // Two of four, and all of them again.
      assertThat(get(exporter.export(batch.split(2).get(1), ExportContext.none())).accepted())
          .isEqualTo(2);
      assertThat(get(exporter.export(batch, ExportContext.none())).accepted()).isEqualTo(4);
    }
    server.refresh();
    String index =
        "metrics-" + dataset + (mode == ElasticsearchMode.OTEL ? ".otel" : "") + "-default";
    assertThat(server.sources(index)).hasSize(2);
    String field = mode == ElasticsearchMode.OTEL ? "metrics.requests" : "requests";
    assertThat(
            server
                .post(
                    "/" + index + "/_search?size=0",
                    "{\"aggs\":{\"max\":{\"max\":{\"field\":\"" + field + "\"}}}}")
                .at("/aggregations/max/value")
                .asDouble())
        .isEqualTo(8);
  }

  @Test
  void attributesOfEveryTypeTellSeriesApart() throws Exception {
    List<Attributes> series =
        List.of(
            Attributes.builder().put("text", "a").build(),
            Attributes.builder().put("text", "b").build(),
            Attributes.builder().put("long", 1).build(),
            Attributes.builder().put("double", 1.5).build(),
            Attributes.builder().put("boolean", true).build(),
            Attributes.builder().put("texts", "a", "b").build(),
            Attributes.builder().put("texts", "a", "c").build(),
            Attributes.builder().put("longs", 1, 2).build());
    assertTold(series, "dimensions");
  }

  @Test
  void longAttributesTellSeriesApart() throws Exception {
    assumeTrue(
        hasZstd(), "this version compresses long values with a library that is not on Maven");
    assertTold(
        List.of(
            Attributes.builder().put("large", "x".repeat(5_000)).build(),
            Attributes.builder().put("large", "x".repeat(5_000) + "y").build()),
        "large");
  }

  private void assertTold(List<Attributes> series, String dataset) throws Exception {
    List<MetricData> gauges = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      gauges.add(gauge("number", series.get(i), i));
    }

    assertThat(export(builder(dataset), Batch.metrics(gauges)))
        .hasToString("SUCCESS[accepted=" + series.size() + ", statusCode=200]");

    server.refresh();
    assertThat(count(server.sources("metrics-" + dataset + ".otel-default"), "/metrics/number"))
        .isEqualTo(eachOnce(series.size()));
  }

  @Test
  void metricsGoWithoutTimeSeriesToo() throws Exception {
    try (ElasticsearchExporter exporter = to("plain").timeSeries(false).build()) {
      get(
          exporter.installTemplates(
              ElasticsearchTemplates.standard()
                  .priority(300)
                  .replicas(0)
                  .withoutHistogramFields()));
      Batch batch = metrics();
      assertThat(get(exporter.export(batch, ExportContext.none())).accepted()).isEqualTo(4);
      assertThat(get(exporter.export(batch, ExportContext.none())).accepted()).isEqualTo(4);
    }
    server.refresh();
    List<JsonNode> documents = server.sources("metrics-plain.otel-default");
    assertThat(documents).hasSize(2);
    assertThat(documents.get(0).at("/metrics/latency"))
        .isEqualTo(JSON.readTree("{\"values\":[5.0,10.0],\"counts\":[1,2]}"));
  }

  /** Every text and value that was taken comes back as it was sent; what was not has a reason. */
  @ParameterizedTest
  @EnumSource(
      value = Signal.class,
      names = {"TRACES", "LOGS"})
  void hostileTextComesBackEqualOrIsRejected(Signal signal) throws Exception {
    String dataset = "hostile_" + signal.id();
    ElasticsearchExporterBuilder builder = builder(dataset);
    Map<String, JsonNode> sent = new HashMap<>();
    int accepted = 0;
    int rejected = 0;
    for (long seed = 1; seed <= 40; seed++) {
      Batch batch = GeneratedBatches.of(signal, seed, 10);
      ElasticsearchEncoding encoding =
          new ElasticsearchEncoding(ElasticsearchMode.OTEL, dataset, "default", true);
      String[] lines =
          new String(batch.encoded(encoding).toByteArray(), StandardCharsets.UTF_8).split("\n", -1);
      for (int i = 0; i + 1 < lines.length; i += 2) {
        sent.put(JSON.readTree(lines[i]).at("/create/_id").asText(), JSON.readTree(lines[i + 1]));
      }

      ExportResult result = export(builder, batch);

      assertThat(result.status()).isIn(Status.SUCCESS, Status.PARTIAL, Status.PERMANENT);
      int here = result.status() == Status.PERMANENT ? batch.itemCount() : result.rejected();
      assertThat(result.accepted() + here).isEqualTo(batch.itemCount());
      if (here > 0) {
        assertThat(result.message().orElse("")).isNotBlank();
      }
      accepted += result.accepted();
      rejected += here;
    }
    server.refresh();

    JsonNode hits =
        server.post("/" + signal.id() + "-*.otel-*/_search?size=10000", "{}").at("/hits/hits");
    int found = 0;
    for (JsonNode hit : hits) {
      JsonNode mine = sent.get(hit.path("_id").asText());
      if (mine != null) {
        found++;
        assertThat(hit.path("_source")).isEqualTo(mine);
      }
    }
    assertThat(found).isEqualTo(accepted);
    // Most have names that no field can have, or values of another type than the field of the name.
    assertThat(accepted).isGreaterThan(20);
    assertThat(rejected).isGreaterThan(20);
  }

  @Test
  void hostileTextIsNoMoreThanText() throws Exception {
    List<String> texts =
        List.of(
            "\n{\"delete\":{\"_index\":\"traces-text.otel-default\",\"_id\":\"x\"}}\n",
            "\"},\"name\":\"other",
            "\\\" \\\\ \b\f\r\t\u0000\u001f\u007f",
            "\u0080 \u07ff \u0800 \uffff \u2028 \u2029",
            "Übergröße 日本語 \ud83d\ude00 \udbff\udfff",
            "null",
            " ",
            "x".repeat(20_000));
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      spans.add(
          span(i, text)
              .setName(text)
              .setStatus(StatusData.create(StatusCode.ERROR, text))
              .setAttributes(
                  Attributes.builder()
                      .put("number", i)
                      .put("text", text)
                      .put("key" + i + "\"}\n{" + (text.length() > 100 ? "" : text) + "x", text)
                      .put("list", text, text)
                      .build())
              .build());
    }

    assertThat(export(builder("text"), Batch.traces(spans)))
        .hasToString("SUCCESS[accepted=" + texts.size() + ", statusCode=200]");

    server.refresh();
    List<JsonNode> documents = server.sources("traces-text.otel-default");
    assertThat(documents).hasSize(texts.size());
    for (JsonNode document : documents) {
      int number = document.at("/attributes/number").asInt();
      String text = texts.get(number);
      assertThat(document.path("name").asText()).isEqualTo(text);
      assertThat(document.at("/status/message").asText()).isEqualTo(text);
      assertThat(document.path("resource").path("attributes").path("service.name").asText())
          .isEqualTo(text);
      spans
          .get(number)
          .getAttributes()
          .forEach(
              (key, value) -> {
                JsonNode stored = document.path("attributes").path(key.getKey());
                if (value instanceof String) {
                  assertThat(stored.asText()).isEqualTo(value);
                }
              });
      assertThat(document.path("attributes").path("list").path(1).asText()).isEqualTo(text);
      assertThat(document.path("attributes")).hasSize(4);
    }
  }
}
