/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static dev.telex.it.backend.InfluxTelemetry.export;
import static dev.telex.it.backend.InfluxTelemetry.point;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.influx.InfluxDialect;
import dev.telex.exporter.influx.InfluxExporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines to a real QuestDB, over the API of InfluxDB 2. It keeps microseconds. */
@Tag("backend")
class QuestDbTest {

  private static final long TIME = 1_700_000_000_123_456_789L;
  private static final String MICROS = "2023-11-14T22:13:20.123456Z";

  @TempDir static Path directory;
  private static QuestDbServer server;

  @BeforeAll
  static void start() throws Exception {
    server = QuestDbServer.start(directory);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void keepsTypesTagsAndTimes() throws Exception {
    Attributes tags =
        Attributes.builder()
            .put("http.route", "/a b,c=d")
            .put("città", "Zürich €😀")
            .put("lines", "one\ntwo\\three")
            .build();
    write(
        Batch.metrics(
            List.of(
                InfluxTelemetry.gauge("load", point(0.1, TIME, tags)),
                InfluxTelemetry.counter("requests", point(Long.MAX_VALUE, TIME, tags)),
                InfluxTelemetry.histogram("duration", TIME, tags))));

    Map<String, JsonNode> load = row("select * from load");
    assertThat(load.get("gauge").asDouble()).isEqualTo(0.1);
    for (Map<String, JsonNode> row :
        List.of(load, row("select * from requests"), row("select * from duration"))) {
      assertThat(row.get("timestamp").asText()).isEqualTo(MICROS);
      assertThat(row.get("http_route").asText()).isEqualTo("/a b,c=d");
      assertThat(row.get("città").asText()).isEqualTo("Zürich €😀");
      assertThat(row.get("lines").asText()).isEqualTo("one\ntwo\\three");
    }
    assertThat(row("select * from requests").get("counter").asLong()).isEqualTo(Long.MAX_VALUE);
    Map<String, JsonNode> duration = row("select * from duration");
    assertThat(duration.get("count").asDouble()).isEqualTo(6);
    assertThat(duration.get("0_05").asDouble()).isEqualTo(1);
    assertThat(duration.get("2_5").asDouble()).isEqualTo(3);
    assertThat(duration.get("_Inf").asDouble()).isEqualTo(6);
    assertThat(duration.get("start_time_unix_nano").asLong()).isEqualTo(TIME - 1_000);
    assertThat(types("requests")).containsEntry("counter", "LONG");
    assertThat(types("load")).containsEntry("gauge", "DOUBLE").containsEntry("lines", "SYMBOL");
  }

  @Test
  void keepsSpansAndLogs() throws Exception {
    Attributes attributes = Attributes.of(AttributeKey.stringKey("note"), "a \"b\"\nc\\d");
    write(Batch.traces(List.of(InfluxTelemetry.span("GET /x", TIME, attributes))));
    write(
        Batch.logs(
            List.of(
                TestLogRecordData.builder()
                    .setTimestamp(Instant.ofEpochSecond(0, TIME))
                    .setSpanContext(InfluxTelemetry.context("00f067aa0ba902b7"))
                    .setBody("a \"b\"\nc\\d\te")
                    .build())));
    Map<String, JsonNode> span = row("select * from spans");
    assertThat(span.get("span_name").asText()).isEqualTo("GET /x");
    assertThat(span.get("duration_nano").asLong()).isEqualTo(1_000_001);
    assertThat(span.get("dropped_attributes_count").asLong()).isEqualTo(2);
    assertThat(HttpQuery.JSON.readTree(span.get("attributes").asText()).path("note").asText())
        .isEqualTo("a \"b\"\nc\\d");
    Map<String, JsonNode> log = row("select * from logs where span_id = '00f067aa0ba902b7'");
    assertThat(log.get("body").asText()).isEqualTo("a \"b\"\nc\\d\te");
    assertThat(row("select * from span_links").get("linked_span_id").asText())
        .isEqualTo("00f067aa0ba902b7");
  }

  /** It takes nothing of a request with a line that it does not like, of no table. */
  @Test
  void aBadItemIsRejectedAndTheOthersArrive() throws Exception {
    write(
        Batch.metrics(List.of(InfluxTelemetry.gauge("typed", point(5, TIME, Attributes.empty())))));
    row("select * from typed");
    List<LongPointData> points = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      points.add(point(i, TIME + i * 1_000L, Attributes.empty()));
    }
    ExportResult result =
        exportTo(
            Batch.metrics(
                List.of(
                    InfluxTelemetry.gauge(
                        "typed", points.subList(0, 10).toArray(LongPointData[]::new)),
                    // A tag where the others have a number.
                    InfluxTelemetry.gauge(
                        "typed",
                        point(1, TIME, Attributes.of(AttributeKey.stringKey("gauge"), "text"))),
                    InfluxTelemetry.gauge(
                        "typed", points.subList(10, 20).toArray(LongPointData[]::new)),
                    InfluxTelemetry.gauge("other", points.toArray(LongPointData[]::new)))));
    assertThat(result.accepted()).isEqualTo(40);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.rejected()).isEqualTo(1);
    assertThat(result.rejections().get(0).reason()).contains("error in line 1", "gauge");
    assertThat(result.refused().orElseThrow().metrics().get(0).getLongGaugeData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getAttributes().size()).isEqualTo(1));
    assertThat(server.awaitRows("select * from typed", 21)).hasSize(21);
    // Nor of the other tables of that request: there would be some twice.
    assertThat(server.awaitRows("select * from other", 20)).hasSize(20);
  }

  @Test
  void givesEveryHostileTextBack() throws Exception {
    List<String> texts = HostileTexts.of(43, 300);
    List<MetricData> metrics = new ArrayList<>();
    List<TestLogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Attributes attributes =
          Attributes.builder().put("value", texts.get(i)).put("number", "n" + i).build();
      metrics.add(InfluxTelemetry.gauge("hostile", point(i, TIME, attributes)));
      logs.add(
          TestLogRecordData.builder()
              .setTimestamp(Instant.ofEpochSecond(1_000_000_000, i * 1_000L))
              .setBody(texts.get(i))
              .setAttributes(Attributes.of(AttributeKey.stringKey("service.name"), "hostile"))
              .build());
    }
    write(Batch.metrics(metrics));
    write(Batch.logs(logs));

    List<Map<String, JsonNode>> rows =
        server.awaitRows("select * from hostile order by gauge", texts.size());
    assertThat(rows).hasSize(texts.size());
    List<Map<String, JsonNode>> bodies =
        server.awaitRows(
            "select * from logs where service_name = 'hostile' order by timestamp", texts.size());
    assertThat(bodies).hasSize(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(rows.get(i).get("number").asText()).isEqualTo("n" + i);
      assertThat(HostileTexts.undo(rows.get(i).get("value").asText())).isEqualTo(texts.get(i));
      String body = bodies.get(i).get("body").asText();
      String expected = HostileTexts.wellFormed(texts.get(i));
      // It would store a character 0, and then answer with JSON that nobody can read.
      assertThat(expected.indexOf(0) >= 0 ? HostileTexts.undo(body) : body)
          .isEqualTo(expected.indexOf(0) >= 0 ? HostileTexts.undo(expected) : expected);
    }
  }

  private static void write(Batch batch) throws Exception {
    assertThat(exportTo(batch))
        .hasToString("SUCCESS[accepted=" + batch.itemCount() + ", statusCode=204]");
  }

  private static ExportResult exportTo(Batch batch) throws Exception {
    try (InfluxExporter exporter =
        InfluxExporter.builder()
            .endpoint(server.url())
            .org("any")
            .bucket("any")
            .dialect(InfluxDialect.QUESTDB)
            .compression(Gzip.fast())
            .build()) {
      return export(exporter, batch);
    }
  }

  private static Map<String, JsonNode> row(String sql) throws Exception {
    List<Map<String, JsonNode>> rows = server.awaitRows(sql, 1);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static Map<String, String> types(String table) throws Exception {
    Map<String, String> types = new java.util.TreeMap<>();
    for (Map<String, JsonNode> column : server.awaitRows("show columns from " + table, 1)) {
      types.put(column.get("column").asText(), column.get("type").asText());
    }
    return types;
  }
}
