/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.telex.exporter.prometheus.PrometheusExporter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two real servers scrape one exporter while threads record into its SDK: one asks for protobuf,
 * the other for OpenMetrics. Then the recording stops, and the tests ask them what they know.
 */
@Tag("backend")
@Timeout(300)
class PrometheusServerTest {

  /** What a server asks for. */
  private enum Scraping {
    PROTOBUF("exemplar-storage,native-histograms"),
    OPEN_METRICS("exemplar-storage");

    private final String features;

    Scraping(String features) {
      this.features = features;
    }
  }

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 2;
  private static final int AT_ONCE = 50;

  @TempDir private static Path directory;

  private static final Map<Scraping, PrometheusServer> SERVERS = new EnumMap<>(Scraping.class);
  private static final AtomicLong ORDERS = new AtomicLong();
  private static PrometheusExporter exporter;
  private static SdkMeterProvider sdk;

  @BeforeAll
  static void recordWhileTheyScrape() throws Exception {
    exporter = PrometheusExporter.builder().listen("127.0.0.1", 0).build();
    sdk =
        SdkMeterProvider.builder()
            .setResource(Resource.create(Attributes.builder().put("service.name", "shop").build()))
            .registerMetricReader(exporter.metricReader())
            .registerView(
                InstrumentSelector.builder().setName("shop.payload.size").build(),
                View.builder()
                    .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                    .build())
            .build();
    URI target = exporter.uri().orElseThrow();
    for (Scraping scraping : Scraping.values()) {
      Path own = Files.createDirectory(directory.resolve(scraping.name()));
      SERVERS.put(scraping, PrometheusServer.start(own, scraping.features, target));
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    AtomicBoolean enough = new AtomicBoolean();
    try {
      List<Future<?>> recordings = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        recordings.add(threads.submit(() -> record(enough)));
      }
      for (PrometheusServer server : SERVERS.values()) {
        server.awaitData(
            "/api/v1/query",
            Map.of("query", "changes(shop_orders_total[5m])"),
            data -> data.at("/result/0/value/1").asInt() >= 3);
      }
      enough.set(true);
      for (Future<?> recording : recordings) {
        recording.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    } finally {
      enough.set(true);
      threads.shutdownNow();
    }
    for (PrometheusServer server : SERVERS.values()) {
      server.awaitValue("shop_orders_total", recorded());
    }
  }

  /** Values from 1 to 100, each as often as the others. */
  private static void record(AtomicBoolean enough) {
    Meter meter = sdk.get("shop.instrumentation");
    LongCounter orders =
        meter.counterBuilder("shop.orders").setUnit("{order}").setDescription("Orders.").build();
    LongCounter sent =
        meter.counterBuilder("shop.sent").setUnit("By").setDescription("What was sent.").build();
    DoubleHistogram duration =
        meter
            .histogramBuilder("shop.request.duration")
            .setUnit("s")
            .setDescription("How long requests took.")
            .build();
    DoubleHistogram size =
        meter
            .histogramBuilder("shop.payload.size")
            .setUnit("By")
            .setDescription("How large payloads were.")
            .build();
    meter
        .gaugeBuilder("shop.oven.temperature")
        .setUnit("Cel")
        .setDescription("How hot it is.")
        .build()
        .set(180.5, Attributes.builder().put("oven.door", "a\"b\\c\n日本").build());
    // Neither can stand beside the other.
    meter.counterBuilder("shop.both").setDescription("Both.").build().add(7);
    sdk.get("other").upDownCounterBuilder("shop.both").setDescription("Both.").build().add(8);
    Context sampled =
        Context.root()
            .with(
                Span.wrap(
                    SpanContext.create(
                        TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault())));
    while (!enough.get()) {
      for (int i = 0; i < AT_ONCE; i++) {
        for (int value = 1; value <= 100; value++) {
          orders.add(1, Attributes.empty(), sampled);
          sent.add(value);
          duration.record(value / 10.0, Attributes.empty(), sampled);
          size.record(value, Attributes.empty(), sampled);
        }
        ORDERS.addAndGet(100);
      }
      // Leaves something for everybody else.
      LockSupport.parkNanos(20_000_000);
    }
  }

  @AfterAll
  static void stop() {
    SERVERS.values().forEach(PrometheusServer::close);
    if (sdk != null) {
      sdk.close();
      exporter.close();
    }
  }

  private static double recorded() {
    return (double) ORDERS.get();
  }

  private static PrometheusServer server(Scraping scraping) {
    return Objects.requireNonNull(SERVERS.get(scraping));
  }

  @ParameterizedTest
  @EnumSource
  void everyScrapeSucceededAndNoCounterWentBack(Scraping scraping) throws Exception {
    PrometheusServer server = server(scraping);

    JsonNode target = server.data("/api/v1/targets", Map.of()).at("/activeTargets/0");
    assertThat(target.path("health").asText()).isEqualTo("up");
    assertThat(target.path("lastError").asText()).isEmpty();
    assertThat(server.value("min_over_time(up[5m])")).isEqualTo(1);
    assertThat(server.value("resets(shop_orders_total[5m])")).isZero();
    assertThat(exporter.stats().failures()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreRight(Scraping scraping) throws Exception {
    PrometheusServer server = server(scraping);
    double all = recorded();

    server.awaitValue("shop_sent_bytes_total", all / 100 * 5050);
    server.awaitValue("shop_request_duration_seconds_count", all);
    assertThat(server.value("shop_request_duration_seconds_sum"))
        .isCloseTo(all / 100 * 505, within(all * 1e-6));
    assertThat(server.value("shop_request_duration_seconds_bucket{le=\"5.0\"}")).isEqualTo(all / 2);
    assertThat(server.value("histogram_quantile(0.5, shop_request_duration_seconds_bucket)"))
        .isCloseTo(5, within(0.05));
    assertThat(server.value("shop_oven_temperature_celsius{oven_door=\"a\\\"b\\\\c\\n日本\"}"))
        .isEqualTo(180.5);
  }

  @ParameterizedTest
  @EnumSource
  void scopeAndResourceAreThere(Scraping scraping) throws Exception {
    PrometheusServer server = server(scraping);

    assertThat(server.value("target_info{service_name=\"shop\"}")).isEqualTo(1);
    assertThat(server.value("shop_orders_total{otel_scope_name=\"shop.instrumentation\"}"))
        .isEqualTo(recorded());
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoMetricsThatCannotStandBesideEachOtherOneIsThere(Scraping scraping) throws Exception {
    JsonNode ever =
        server(scraping).query("last_over_time({__name__=~\"shop_both|shop_both_total\"}[5m])");

    assertThat(ever).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void typesAndHelpAreKnown(Scraping scraping) throws Exception {
    JsonNode all = server(scraping).data("/api/v1/metadata", Map.of());
    // OpenMetrics names the family, the other formats its samples.
    String total = scraping == Scraping.OPEN_METRICS ? "" : "_total";

    expectMetadata(all, "shop_orders" + total, "counter", "Orders.");
    expectMetadata(all, "shop_sent_bytes" + total, "counter", "What was sent.");
    expectMetadata(all, "shop_oven_temperature_celsius", "gauge", "How hot it is.");
    expectMetadata(all, "shop_request_duration_seconds", "histogram", "How long requests took.");
    expectMetadata(all, "shop_payload_size_bytes", "histogram", "How large payloads were.");
  }

  private static void expectMetadata(JsonNode all, String name, String type, String help) {
    assertThat(all.at("/" + name + "/0/type").asText()).as(name).isEqualTo(type);
    assertThat(all.at("/" + name + "/0/help").asText()).as(name).isEqualTo(help);
  }

  /** Prometheus 2.42 knows units of OpenMetrics alone. */
  @Test
  void unitsAreKnown() throws Exception {
    JsonNode all = server(Scraping.OPEN_METRICS).data("/api/v1/metadata", Map.of());

    assertThat(all.at("/shop_sent_bytes/0/unit").asText()).isEqualTo("bytes");
    assertThat(all.at("/shop_request_duration_seconds/0/unit").asText()).isEqualTo("seconds");
    assertThat(all.at("/shop_oven_temperature_celsius/0/unit").asText()).isEqualTo("celsius");
    assertThat(all.at("/shop_orders/0/unit").asText()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void exemplarsHaveTheTrace(Scraping scraping) throws Exception {
    expectExemplar(scraping, "shop_orders_total", 1, 1);
    expectExemplar(scraping, "shop_request_duration_seconds_bucket{le=\"5.0\"}", 0.1, 5);
  }

  @Test
  void exemplarsOfNativeHistograms() throws Exception {
    expectExemplar(Scraping.PROTOBUF, "shop_payload_size_bytes", 1, 100);
  }

  private static void expectExemplar(Scraping scraping, String series, double from, double to)
      throws InterruptedException {
    Instant now = Instant.now();
    JsonNode data =
        server(scraping)
            .awaitData(
                "/api/v1/query_exemplars",
                Map.of(
                    "query", series,
                    "start", now.minusSeconds(3600).toString(),
                    "end", now.plusSeconds(3600).toString()),
                found -> found.size() == 1);
    JsonNode exemplar = data.at("/0/exemplars/0");
    assertThat(exemplar.at("/labels/trace_id").asText()).isEqualTo(TRACE);
    assertThat(exemplar.at("/labels/span_id").asText()).isEqualTo(SPAN);
    assertThat(exemplar.path("value").asDouble()).isBetween(from, to);
    assertThat(exemplar.path("timestamp").asDouble()).isPositive();
  }

  @Test
  void aNativeHistogramHasItsQuantiles() throws Exception {
    PrometheusServer server = server(Scraping.PROTOBUF);

    server.awaitValue("histogram_count(shop_payload_size_bytes)", recorded());
    assertThat(server.value("histogram_sum(shop_payload_size_bytes)"))
        .isEqualTo(recorded() / 100.0 * 5050);
    // 160 buckets for 1 to 100 are buckets of 5 %.
    assertThat(server.value("histogram_quantile(0.5, shop_payload_size_bytes)"))
        .isCloseTo(50, within(2.5));
    assertThat(server.value("histogram_quantile(0.99, shop_payload_size_bytes)"))
        .isCloseTo(99, within(5.0));
  }

  /** Without native histograms it is one bucket, so that count and sum are there. */
  @Test
  void anExponentialHistogramInOpenMetrics() throws Exception {
    PrometheusServer server = server(Scraping.OPEN_METRICS);

    server.awaitValue("shop_payload_size_bytes_count", recorded());
    assertThat(server.value("shop_payload_size_bytes_bucket")).isEqualTo(recorded());
  }

  @Test
  void promtoolFindsNothingWrongInTheText() throws Exception {
    Path promtool = DebianPackage.program("prometheus", "usr/bin/promtool");
    Path text = directory.resolve("metrics.txt");
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(exporter.uri().orElseThrow().resolve("/metrics")).build(),
            HttpResponse.BodyHandlers.ofFile(text));
    assertThat(text).content().contains("# TYPE shop_orders_total counter\n");

    assertThat(check(promtool, text)).isEmpty();

    // It does look.
    assertThat(check(promtool, Files.writeString(directory.resolve("wrong.txt"), "x 1\nx 1\n")))
        .isNotEmpty();
  }

  /** What it has to say. */
  private static String check(Path promtool, Path text) throws InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(
            "sh", "-c", "\"$0\" check metrics <\"$1\"", promtool.toString(), text.toString());
    try (BackendProcess process =
        BackendProcess.start(command, text.resolveSibling(text.getFileName() + ".log"))) {
      int status = process.awaitEnd(LIMIT);
      return status == 0 ? process.output() : status + ": " + process.output();
    }
  }
}
