/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No text gets out of its place: an independent reader finds every one where it was put. */
class HostileTextPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  static Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "\\",
            ",",
            "=",
            " ",
            "\"",
            "\n",
            "\r",
            "\t",
            "\0",
            "#",
            "u",
            "\\u",
            "\\u005c",
            "a",
            "time",
            "_field",
            "\u0001",
            "\u007f",
            "ü",
            "€",
            "😀",
            "\ud83d",
            "\ude00",
            "\ufeff",
            "\u2028",
            "'",
            "': ",
            "\nx,t=1 f=1 1",
            "\",f=\"",
            "i",
            "1",
            "-",
            ".",
            "service.name");
    return Arbitraries.oneOf(
        pieces.list().ofMaxSize(8).map(list -> String.join("", list)),
        Arbitraries.strings().ofMaxLength(20));
  }

  @Property(tries = 2_000)
  void ofAMetric(
      @ForAll("hostile") String name,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value,
      @ForAll("hostile") String resource,
      @ForAll InfluxSchema schema) {
    Attributes attributes = Attributes.of(AttributeKey.stringKey(key), value);
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.gauge(
                        name,
                        TestItems.point(1.5, attributes),
                        TestItems.point(2.5, Attributes.empty()))
                    .of(
                        Resource.create(Attributes.of(AttributeKey.stringKey("host"), resource)),
                        InstrumentationScopeInfo.empty())));
    List<Point> points = read(batch, schema, InfluxDialect.INFLUXDB);
    assertThat(points).hasSize(2);
    boolean v1 = schema == InfluxSchema.TELEGRAF_PROMETHEUS_V1;
    for (Point point : points) {
      assertThat(v1 ? Escapes.undo(point.measurement()) : point.measurement())
          .isEqualTo(v1 ? name : "prometheus");
      assertThat(point.fields()).hasSize(1);
      String field = point.fields().keySet().iterator().next();
      assertThat(v1 ? field : Escapes.undo(field)).isEqualTo(v1 ? "gauge" : name);
    }
    assertThat(Escapes.undo(points.get(1).tag("host"))).isEqualTo(resource);
    if (!key.isEmpty() && !value.isEmpty()) {
      assertThat(points.get(0).tags())
          .anySatisfy(
              (foundKey, foundValue) -> {
                assertThat(Escapes.undo(foundKey)).isEqualTo(key);
                assertThat(Escapes.undo(foundValue)).isEqualTo(value);
              });
      assertThat(points.get(0).tags()).hasSize(resource.isEmpty() || key.equals("host") ? 1 : 2);
    }
  }

  @Property(tries = 1_000)
  void ofASpan(
      @ForAll("hostile") String name,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value,
      @ForAll("hostile") String service)
      throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                TestItems.span(name)
                    .setResource(
                        Resource.create(
                            Attributes.of(AttributeKey.stringKey("service.name"), service)))
                    .setAttributes(Attributes.of(AttributeKey.stringKey(key), value))
                    .setEvents(
                        List.of(
                            EventData.create(
                                5, name, Attributes.of(AttributeKey.stringKey(key), value))))
                    .build()));
    List<Point> points = read(batch, InfluxSchema.TELEGRAF_PROMETHEUS_V1, InfluxDialect.INFLUXDB_1);
    assertThat(points).hasSize(2);
    Point span = points.get(0);
    assertThat(span.measurement()).isEqualTo("spans");
    if (!key.equals("service.name")) {
      assertThat(Escapes.undo(span.tag("service.name"))).isEqualTo(service);
    }
    assertThat(span.fields().getOrDefault("span.name", "")).isEqualTo(wellFormed(name));
    assertThat(points.get(1).field("event.name")).isEqualTo(wellFormed(name));
    for (Point point : points) {
      if (!key.isEmpty() && !(key.equals("service.name") && point.equals(span))) {
        JsonNode json = JSON.readTree((String) point.field("attributes"));
        assertThat(json.path(wellFormed(key)).asText()).isEqualTo(wellFormed(value));
      }
    }
  }

  @Property(tries = 1_000)
  void ofALogRecord(
      @ForAll("hostile") String body,
      @ForAll("hostile") String severity,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value)
      throws Exception {
    Batch batch =
        Batch.logs(
            List.of(
                TestItems.log(body)
                    .setSeverityText(severity)
                    .setEventName(value)
                    .setAttributes(Attributes.of(AttributeKey.stringKey(key), value))
                    .build()));
    List<Point> points = read(batch, InfluxSchema.TELEGRAF_PROMETHEUS_V1, InfluxDialect.INFLUXDB);
    assertThat(points).hasSize(1);
    Point log = points.get(0);
    assertThat(log.field("body")).isEqualTo(wellFormed(body));
    assertThat(log.fields().getOrDefault("severity_text", "")).isEqualTo(wellFormed(severity));
    assertThat(log.fields().getOrDefault("event.name", "")).isEqualTo(wellFormed(value));
    if (!key.isEmpty() && !key.equals("service.name")) {
      JsonNode json = JSON.readTree((String) log.field("attributes"));
      assertThat(json.path(wellFormed(key)).asText()).isEqualTo(wellFormed(value));
    }
  }

  /** Each line belongs to the item that it was made of, also where texts have newlines. */
  @Property(tries = 500)
  void linesAreCountedAsTheyAre(@ForAll("hostile") String text, @ForAll InfluxDialect dialect) {
    Batch batch =
        Batch.traces(
            List.of(
                TestItems.span(text).build(),
                TestItems.span("x" + text)
                    .setAttributes(
                        Attributes.builder()
                            .put("service.name", text)
                            .put("other" + text, text)
                            .build())
                    .setEvents(List.of(EventData.create(1, text, Attributes.empty())))
                    .build(),
                TestItems.span("y").build()));
    Payload payload = encoding(InfluxSchema.TELEGRAF_PROMETHEUS_V1, dialect).encode(batch);
    LineIndex lines = new LineIndex(payload);
    assertThat(lines.lines()).isEqualTo(4);
    List<Integer> items = new ArrayList<>();
    for (int line = 0; line <= 5; line++) {
      items.add(lines.item(line));
    }
    assertThat(items).containsExactly(-1, 0, 1, 1, 2, -1);
  }

  /** The first field is a text with newlines, and a quotation mark may stand before it. */
  @Property(tries = 500)
  void aLineOfALogRecordIsCountedOnce(
      @ForAll("hostile") String body,
      @ForAll("hostile") String service,
      @ForAll InfluxDialect dialect) {
    Attributes attributes = Attributes.builder().put("service.name", "\"" + service).build();
    Batch batch =
        Batch.logs(
            List.of(
                TestItems.log("\n" + body).setAttributes(attributes).build(),
                TestItems.log(body).build()));
    LineIndex lines =
        new LineIndex(encoding(InfluxSchema.TELEGRAF_PROMETHEUS_V1, dialect).encode(batch));
    assertThat(lines.lines()).isEqualTo(2);
    assertThat(lines.item(2)).isEqualTo(1);
  }

  private static List<Point> read(Batch batch, InfluxSchema schema, InfluxDialect dialect) {
    byte[] bytes = encoding(schema, dialect).encode(batch).toByteArray();
    return LineReader.read(new String(bytes, StandardCharsets.UTF_8));
  }

  private static InfluxEncoding encoding(InfluxSchema schema, InfluxDialect dialect) {
    return new InfluxEncoding(schema, dialect, Set.of("service.name"), Set.of("service.name"));
  }

  /** As UTF-8 has it. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
