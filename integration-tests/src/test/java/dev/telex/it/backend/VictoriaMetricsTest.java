/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static dev.telex.it.backend.InfluxTelemetry.export;
import static dev.telex.it.backend.InfluxTelemetry.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.influx.InfluxDialect;
import dev.telex.exporter.influx.InfluxExporter;
import dev.telex.exporter.influx.InfluxSchema;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Lines to a real VictoriaMetrics: numbers, labels, and milliseconds. */
@Tag("backend")
class VictoriaMetricsTest {

  /** It keeps only what is of the last month. */
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private final long time = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + 123_456_789;

  @TempDir static Path directory;
  private static VictoriaMetricsServer server;

  /** To be shown by each test: of a class that is aborted as a whole the report says nothing. */
  private static String missing = "";

  @BeforeAll
  static void start() throws Exception {
    missing = "";
    try {
      server = VictoriaMetricsServer.start(directory);
    } catch (TestAbortedException e) {
      missing = String.valueOf(e.getMessage());
    }
  }

  @BeforeEach
  void theServerIsThere() {
    assumeTrue(missing.isEmpty(), missing);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void keepsNumbersLabelsAndTimes() throws Exception {
    Attributes tags =
        Attributes.builder()
            .put("http.route", "/a b,c=d")
            .put("city", "Zürich €😀")
            .put("path", "C:\\dir\\")
            .build();
    Batch batch =
        Batch.metrics(
            List.of(
                InfluxTelemetry.gauge("load", point(0.1, time, tags)),
                InfluxTelemetry.counter("requests", point(1L << 52, time, tags)),
                InfluxTelemetry.histogram("duration", time, tags)));
    for (boolean database : new boolean[] {true, false}) {
      write(database, InfluxSchema.TELEGRAF_PROMETHEUS_V2, batch);
    }
    Map<String, Double> values = new TreeMap<>();
    for (JsonNode series : server.awaitSeries("{__name__=~\"prometheus_.*\",db!=\"\"}", 9)) {
      JsonNode labels = series.path("metric");
      assertThat(labels.path("http.route").asText()).isEqualTo("/a b,c=d");
      assertThat(labels.path("city").asText()).isEqualTo("Zürich €😀");
      assertThat(labels.path("path").asText()).isEqualTo("C:\\dir\\");
      for (JsonNode stored : series.path("timestamps")) {
        assertThat(stored.asLong()).isEqualTo(time / 1_000_000);
      }
      values.put(
          labels.path("__name__").asText() + labels.path("le").asText(),
          series.path("values").path(0).asDouble());
    }
    assertThat(values)
        .containsEntry("prometheus_load", 0.1)
        .containsEntry("prometheus_requests", (double) (1L << 52))
        .containsEntry("prometheus_duration_sum", 6.5)
        .containsEntry("prometheus_duration_bucket2.5", 3.0)
        .containsEntry("prometheus_duration_bucket+Inf", 6.0);
  }

  @Test
  void givesEveryHostileTextBack() throws Exception {
    List<String> texts = HostileTexts.of(44, 300);
    List<MetricData> metrics = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Attributes attributes =
          Attributes.builder().put("value", texts.get(i)).put("key" + texts.get(i), "x").build();
      metrics.add(
          InfluxTelemetry.gauge("hostile" + i + "_" + texts.get(i), point(i, time, attributes)));
    }
    write(false, InfluxSchema.TELEGRAF_PROMETHEUS_V1, Batch.metrics(metrics));

    List<JsonNode> found = server.awaitSeries("{__name__=~\"hostile.*\"}", texts.size());
    assertThat(found).hasSize(texts.size());
    for (JsonNode series : found) {
      int i = series.path("values").path(0).asInt();
      String text = texts.get(i);
      JsonNode labels = series.path("metric");
      assertThat(HostileTexts.undo(labels.path("__name__").asText()))
          .isEqualTo("hostile" + i + "_" + text + "_gauge");
      assertThat(HostileTexts.undo(labels.path("value").asText())).isEqualTo(text);
      List<String> keys = new ArrayList<>();
      labels.fieldNames().forEachRemaining(key -> keys.add(HostileTexts.undo(key)));
      assertThat(keys).contains("key" + text).hasSize(3);
    }
  }

  /** It ends a line at a newline, wherever that is. */
  @Test
  void aNewlineInATextBeginsNoLine() throws Exception {
    String injected = "\ninjected,t=1 f=1 " + time + "\n";
    write(
        false,
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        Batch.logs(
            List.of(
                TestLogRecordData.builder()
                    .setTimestamp(now)
                    .setBody("harmless" + injected)
                    .setSeverityText(injected)
                    .setAttributes(Attributes.of(AttributeKey.stringKey("k" + injected), injected))
                    .build())));
    // A text is 0 there.
    assertThat(server.awaitSeries("{__name__=\"logs_body\"}", 1)).hasSize(1);
    assertThat(server.awaitSeries("{__name__=~\"injected.*\"}", 0)).isEmpty();
  }

  private static void write(boolean database, InfluxSchema schema, Batch batch) throws Exception {
    InfluxExporter.Builder builder =
        InfluxExporter.builder()
            .endpoint(server.url())
            .dialect(InfluxDialect.VICTORIAMETRICS)
            .schema(schema)
            .compression(Gzip.fast());
    try (InfluxExporter exporter = (database ? builder.database("d") : builder).build()) {
      assertThat(export(exporter, batch))
          .hasToString("SUCCESS[accepted=" + batch.itemCount() + ", statusCode=204]");
    }
  }
}
