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
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.influx.InfluxExporter;
import dev.telex.exporter.influx.InfluxSchema;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Lines to a real InfluxDB 1, which keeps types and nanoseconds, and what it says of them. */
@Tag("backend")
class InfluxDb1Test {

  private static final long TIME = 1_700_000_000_123_456_789L;
  private static final Attributes TAGS =
      Attributes.builder().put("http.route", "/a b,c=d").put("città", "Zürich €😀").build();

  @TempDir static Path directory;
  private static InfluxDb1Server server;

  /** To be shown by each test: of a class that is aborted as a whole the report says nothing. */
  private static String missing = "";

  @BeforeAll
  static void start() throws Exception {
    missing = "";
    try {
      server = InfluxDb1Server.start(directory);
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
  void keepsTheTypesAndNanosecondsOfMetricsOfOneLineEach() throws Exception {
    write(
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        Batch.metrics(
            List.of(
                InfluxTelemetry.gauge("v1.load", point(0.1, TIME, TAGS)),
                InfluxTelemetry.counter("v1.requests", point(Long.MAX_VALUE, TIME + 1, TAGS)),
                InfluxTelemetry.histogram("v1.duration", TIME + 2, TAGS),
                InfluxTelemetry.exponential("v1.size", TIME + 3, TAGS),
                InfluxTelemetry.summary("v1.gc", TIME + 4, TAGS))));

    Map<String, Object> tags = Map.of("http.route", "/a b,c=d", "città", "Zürich €😀");
    assertThat(rows("v1.load")).containsExactly(row(tags, TIME, Map.of("gauge", 0.1)));
    assertThat(rows("v1.requests"))
        .containsExactly(row(tags, TIME + 1, Map.of("counter", Long.MAX_VALUE)));
    assertThat(rows("v1.duration"))
        .containsExactly(
            row(
                tags,
                TIME + 2,
                Map.of(
                    "count",
                    6.0,
                    "sum",
                    6.5,
                    "min",
                    0.01,
                    "max",
                    4.0,
                    "0.05",
                    1.0,
                    "1",
                    1.0,
                    "2.5",
                    3.0,
                    "+Inf",
                    6.0,
                    "start_time_unix_nano",
                    TIME + 2 - 1_000)));
    assertThat(rows("v1.size"))
        .containsExactly(
            row(
                tags,
                TIME + 3,
                Map.of(
                    "count", 7.0, "sum", 20.0, "-2", 0.0, "-1", 1.0, "0", 2.0, "1", 2.0, "2", 4.0,
                    "4", 4.0, "8", 7.0, "+Inf", 7.0)));
    assertThat(rows("v1.gc"))
        .containsExactly(
            row(tags, TIME + 4, Map.of("count", 3.0, "sum", 4.5, "0.5", 1.5, "0.99", 2.0)));
  }

  @Test
  void keepsMetricsOfALineForEachBucket() throws Exception {
    Batch batch =
        Batch.metrics(
            List.of(
                InfluxTelemetry.histogram("v2.duration", TIME, TAGS),
                InfluxTelemetry.counter("v2.requests", point(7, TIME, TAGS))));
    write(InfluxSchema.TELEGRAF_PROMETHEUS_V2, batch);
    Map<String, Double> buckets = new TreeMap<>();
    for (JsonNode series :
        server.query("SELECT \"v2.duration_bucket\" FROM prometheus GROUP BY *")) {
      assertThat(series.path("tags").path("http.route").asText()).isEqualTo("/a b,c=d");
      assertThat(series.path("values").path(0).path(0).asLong()).isEqualTo(TIME);
      buckets.put(
          series.path("tags").path("le").asText(),
          series.path("values").path(0).path(1).asDouble());
    }
    assertThat(buckets).isEqualTo(Map.of("0.05", 1.0, "1", 1.0, "2.5", 3.0, "+Inf", 6.0));
    JsonNode counts =
        server
            .query("SELECT \"v2.duration_count\", \"v2.requests\" FROM prometheus WHERE le = ''")
            .path(0)
            .path("values");
    assertThat(counts.toString()).isEqualTo("[[" + TIME + ",6,7]]");
  }

  @Test
  void keepsSpansWithTheirEventsAndLinks() throws Exception {
    Attributes attributes =
        Attributes.builder().put("note", "line one\nline \"two\" \\ end").put("n", 5).build();
    write(
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        Batch.traces(List.of(InfluxTelemetry.span("GET /x", TIME, attributes))));

    Map<String, Object> span = row("spans", "span_id = '" + InfluxTelemetry.SPAN + "'");
    assertThat(span)
        .containsEntry("time", TIME)
        .containsEntry("trace_id", InfluxTelemetry.TRACE)
        .containsEntry("span.name", "GET /x")
        .containsEntry("span.kind", "Server")
        .containsEntry("otel.status_code", "Error")
        .containsEntry("duration_nano", 1_000_001L)
        .containsEntry("end_time_unix_nano", TIME + 1_000_001)
        .containsEntry("dropped_attributes_count", 2L)
        .containsEntry("trace_state", "k=v");
    for (Map<String, Object> row :
        List.of(
            span,
            row("logs", "span_id = '" + InfluxTelemetry.SPAN + "'"),
            row("span-links", "linked_span_id = '00f067aa0ba902b7'"))) {
      JsonNode json = HttpQuery.JSON.readTree((String) row.get("attributes"));
      assertThat(json.path("note").asText()).isEqualTo("line one\nline \"two\" \\ end");
      assertThat(json.path("n").asLong()).isEqualTo(5);
    }
    assertThat(row("logs", "span_id = '" + InfluxTelemetry.SPAN + "'"))
        .containsEntry("time", TIME + 5)
        .containsEntry("event.name", "cache miss");
  }

  @Test
  void keepsEveryLogRecordOfOneNanosecond() throws Exception {
    Resource resource =
        Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "same time"));
    List<LogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      logs.add(
          TestLogRecordData.builder()
              .setResource(resource)
              .setTimestamp(Instant.ofEpochSecond(0, TIME))
              .setBody("log\n" + i)
              .build());
    }
    write(InfluxSchema.TELEGRAF_PROMETHEUS_V1, Batch.logs(logs));
    Set<String> bodies = new HashSet<>();
    for (JsonNode row :
        server
            .query("SELECT body FROM logs WHERE \"service.name\" = 'same time'")
            .path(0)
            .path("values")) {
      assertThat(row.path(0).asLong()).isBetween(TIME, TIME + 99);
      bodies.add(row.path(1).asText());
    }
    assertThat(bodies).hasSize(100).contains("log\n0", "log\n99");
  }

  @Test
  void givesEveryHostileTextBack() throws Exception {
    List<String> texts = HostileTexts.of(42, 400);
    List<MetricData> names = new ArrayList<>();
    List<LogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      Attributes attributes = Attributes.of(AttributeKey.stringKey(text + i), text);
      names.add(InfluxTelemetry.gauge("hostile" + i + text, point(i, TIME, attributes)));
      logs.add(
          TestLogRecordData.builder()
              .setTimestamp(Instant.ofEpochSecond(1, i))
              .setBody(text)
              .setAttributes(
                  Attributes.builder().put("key" + text, text).put("service.name", text).build())
              .build());
    }
    write(InfluxSchema.TELEGRAF_PROMETHEUS_V1, Batch.metrics(names));
    write(InfluxSchema.TELEGRAF_PROMETHEUS_V2, Batch.metrics(names));
    write(InfluxSchema.TELEGRAF_PROMETHEUS_V1, Batch.logs(logs));

    int found = 0;
    for (JsonNode series : server.query("SELECT * FROM /^hostile/ GROUP BY *")) {
      int i = series.path("values").path(0).path(1).asInt();
      String text = texts.get(i);
      assertThat(HostileTexts.undo(series.path("name").asText())).isEqualTo("hostile" + i + text);
      List<String> keys = new ArrayList<>();
      // Other series have other tags, which are empty here.
      for (Map.Entry<String, JsonNode> tag : series.path("tags").properties()) {
        if (!tag.getValue().asText().isEmpty()) {
          keys.add(HostileTexts.undo(tag.getKey()));
          assertThat(HostileTexts.undo(tag.getValue().asText())).isEqualTo(text);
        }
      }
      assertThat(keys).containsExactly(text + i);
      found++;
    }
    assertThat(found).isEqualTo(texts.size());

    // There the names are the keys of fields.
    Set<String> fields = new HashSet<>();
    for (JsonNode row : server.query("SHOW FIELD KEYS FROM prometheus").path(0).path("values")) {
      fields.add(HostileTexts.undo(row.path(0).asText()));
    }
    assertThat(fields).containsAll(names.stream().map(MetricData::getName).toList());

    JsonNode bodies =
        server
            .query(
                "SELECT body, attributes, \"service.name\" FROM logs WHERE time >= 1s AND time < 2s")
            .path(0)
            .path("values");
    assertThat(bodies).hasSize(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      JsonNode row = bodies.path(i);
      assertThat(row.path(0).asLong()).isEqualTo(1_000_000_000L + i);
      assertThat(row.path(1).asText()).isEqualTo(HostileTexts.wellFormed(text));
      assertThat(
              HttpQuery.JSON
                  .readTree(row.path(2).asText())
                  .path("key" + HostileTexts.wellFormed(text))
                  .asText())
          .isEqualTo(HostileTexts.wellFormed(text));
      assertThat(HostileTexts.undo(row.path(3).asText())).isEqualTo(text);
    }
  }

  @Test
  void theLineThatCannotBeParsedIsNamed() throws Exception {
    Batch batch =
        Batch.metrics(
            List.of(
                InfluxTelemetry.gauge(
                    "named",
                    point(1, TIME, Attributes.empty()),
                    // Beyond what InfluxDB can keep.
                    point(2, Long.MAX_VALUE, TAGS),
                    point(3, TIME + 1, Attributes.empty()))));
    ExportResult result = exportTo(InfluxSchema.TELEGRAF_PROMETHEUS_V1, batch);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejections()).hasSize(1);
    assertThat(result.rejections().get(0).reason()).contains("time outside range");
    Batch refused = result.refused().orElseThrow();
    assertThat(refused.metrics().get(0).getLongGaugeData().getPoints())
        .singleElement()
        .satisfies(point -> assertThat(point.getValue()).isEqualTo(2));
    assertThat(rows("named")).extracting(row -> row.get("gauge")).containsExactlyInAnyOrder(1L, 3L);
  }

  /** It drops points that have a tag or a field of such a name. */
  @Test
  void keepsWhatHasANameOfItsOwn() throws Exception {
    Attributes attributes =
        Attributes.builder().put("time", "a").put("_field", "b").put("_measurement", "c").build();
    write(
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        Batch.metrics(List.of(InfluxTelemetry.gauge("reserved", point(1, TIME, attributes)))));
    write(
        InfluxSchema.TELEGRAF_PROMETHEUS_V2,
        Batch.metrics(List.of(InfluxTelemetry.gauge("time", point(7, TIME, TAGS)))));

    JsonNode series = server.query("SELECT * FROM reserved GROUP BY *").path(0);
    Map<String, String> tags = new TreeMap<>();
    for (Map.Entry<String, JsonNode> tag : series.path("tags").properties()) {
      tags.put(HostileTexts.undo(tag.getKey()), tag.getValue().asText());
    }
    assertThat(tags).isEqualTo(Map.of("time", "a", "_field", "b", "_measurement", "c"));
    assertThat(rows("prometheus")).anySatisfy(row -> assertThat(row).containsValue(7L));
  }

  /** Lines of several lines, quotes within quotes: each is found in what the server quotes. */
  @Test
  void hostileLinesThatCannotBeParsedAreNamedToo() throws Exception {
    List<String> texts = HostileTexts.of(45, 200);
    long start = TIME + TimeUnit.DAYS.toNanos(1);
    List<SpanData> spans = new ArrayList<>();
    List<SpanData> beyond = new ArrayList<>();
    List<LongPointData> points = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      boolean isBeyond = i % 2 == 1;
      long time = isBeyond ? Long.MAX_VALUE : start + i;
      Attributes attributes = Attributes.builder().put("k" + texts.get(i), texts.get(i)).build();
      SpanData span =
          TestSpanData.builder()
              .setName(texts.get(i))
              .setSpanContext(InfluxTelemetry.context("00000000000000ff"))
              .setKind(SpanKind.INTERNAL)
              .setStatus(StatusData.unset())
              .setStartEpochNanos(time)
              .setEndEpochNanos(time)
              .setHasEnded(true)
              .setAttributes(attributes.toBuilder().put("service.name", texts.get(i)).build())
              .build();
      spans.add(span);
      if (isBeyond) {
        beyond.add(span);
      }
      points.add(point(i, time, attributes));
    }
    ExportResult ofSpans = exportTo(InfluxSchema.TELEGRAF_PROMETHEUS_V1, Batch.traces(spans));
    assertThat(ofSpans.status()).isEqualTo(Status.PARTIAL);
    assertThat(ofSpans.accepted()).isEqualTo(100);
    assertThat(ofSpans.refused().orElseThrow().spans()).containsExactlyElementsOf(beyond);
    assertThat(rows("spans", " WHERE time >= " + start + " AND time < " + (start + 1_000)))
        .hasSize(100);

    ExportResult ofPoints =
        exportTo(
            InfluxSchema.TELEGRAF_PROMETHEUS_V1,
            Batch.metrics(
                List.of(InfluxTelemetry.gauge("beyond", points.toArray(LongPointData[]::new)))));
    assertThat(ofPoints.accepted()).isEqualTo(100);
    assertThat(ofPoints.refused().orElseThrow().metrics().get(0).getLongGaugeData().getPoints())
        .extracting(PointData::getEpochNanos)
        .hasSize(100)
        .containsOnly(Long.MAX_VALUE);
  }

  @Test
  void pointsOfAnotherTypeAreCounted() throws Exception {
    write(
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        Batch.metrics(List.of(InfluxTelemetry.gauge("typed", point(1.5, TIME, TAGS)))));
    ExportResult result =
        exportTo(
            InfluxSchema.TELEGRAF_PROMETHEUS_V1,
            Batch.metrics(
                List.of(
                    InfluxTelemetry.gauge("typed", point(7, TIME + 1, TAGS)),
                    InfluxTelemetry.gauge("typed", point(2.5, TIME + 2, TAGS)))));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(1);
    assertThat(result.rejections().get(0).reason()).contains("field type conflict");
    assertThat(rows("typed")).extracting(row -> row.get("gauge")).containsExactly(1.5, 2.5);
  }

  /** It takes nothing of a batch that contradicts itself about a new field. */
  @Test
  void aBatchThatIsRefusedAsAWholeIsSentInParts() throws Exception {
    Batch batch =
        Batch.metrics(
            List.of(
                InfluxTelemetry.gauge("split", point(1.5, TIME, Attributes.empty())),
                InfluxTelemetry.gauge("split", point(7, TIME + 1, Attributes.empty())),
                InfluxTelemetry.gauge("split", point(2.5, TIME + 2, Attributes.empty()))));
    ExportResult result = exportTo(InfluxSchema.TELEGRAF_PROMETHEUS_V1, batch);
    assertThat(result.accepted() + result.rejected()).isEqualTo(3);
    assertThat(rows("split")).hasSize(result.accepted()).isNotEmpty();
    assertThat(result.rejected()).isEqualTo(1);
  }

  @Test
  void saysThatThereIsNoSuchDatabase() throws Exception {
    try (InfluxExporter exporter =
        InfluxExporter.builder().endpoint(server.url()).database("nowhere").build()) {
      ExportResult result =
          export(
              exporter, Batch.metrics(List.of(InfluxTelemetry.gauge("x", point(1, TIME, TAGS)))));
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.message()).hasValue("HTTP 404: database not found: \"nowhere\"");
    }
  }

  private static void write(InfluxSchema schema, Batch batch) throws Exception {
    assertThat(exportTo(schema, batch))
        .hasToString("SUCCESS[accepted=" + batch.itemCount() + ", statusCode=204]");
  }

  private static ExportResult exportTo(InfluxSchema schema, Batch batch) throws Exception {
    try (InfluxExporter exporter =
        InfluxExporter.builder()
            .endpoint(server.url())
            .database(InfluxDb1Server.DATABASE)
            .retentionPolicy("autogen")
            .basicAuth("nobody", "asks")
            .schema(schema)
            .compression(Gzip.fast())
            .build()) {
      return export(exporter, batch);
    }
  }

  private static Map<String, Object> row(String measurement, String where) throws Exception {
    List<Map<String, Object>> rows = rows(measurement, " WHERE " + where);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static List<Map<String, Object>> rows(String measurement) throws Exception {
    return rows(measurement, "");
  }

  private static List<Map<String, Object>> rows(String measurement, String where) throws Exception {
    JsonNode series = server.query("SELECT * FROM \"" + measurement + "\"" + where).path(0);
    // In JSON 1 may be a double.
    Map<String, String> types = new TreeMap<>();
    for (JsonNode row :
        server.query("SHOW FIELD KEYS FROM \"" + measurement + "\"").path(0).path("values")) {
      types.put(row.path(0).asText(), row.path(1).asText());
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode values : series.path("values")) {
      Map<String, Object> row = new TreeMap<>();
      for (int i = 0; i < values.size(); i++) {
        String column = series.path("columns").path(i).asText();
        JsonNode value = values.path(i);
        if (!value.isNull()) {
          row.put(
              column,
              switch (column.equals("time") ? "integer" : types.getOrDefault(column, "tag")) {
                case "integer" -> value.asLong();
                case "float" -> value.asDouble();
                default -> value.asText();
              });
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private static Map<String, Object> row(
      Map<String, Object> tags, long time, Map<String, Object> fields) {
    Map<String, Object> row = new TreeMap<>(tags);
    row.putAll(fields);
    row.put("time", time);
    return row;
  }
}
