/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Telemetry with every field and every type of value, read back by Jackson: each attribute has the
 * value that it had. Of two keys that are one in UTF-8 the last counts, as Jackson has it too.
 */
class GeneratedItemsPropertyTest {

  private static final int ITEMS = 8;

  /** Reads names of any length. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
              .build());

  /** The action and the document, by turns. */
  private static List<JsonNode> lines(ByteBuffer piece) throws Exception {
    String text = StandardCharsets.UTF_8.decode(piece).toString();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(JSON.readTree(line));
      }
    }
    assertThat(lines).hasSize(text.length() - text.replace("\n", "").length());
    return lines;
  }

  @Property(tries = 200)
  void spansInTheModeOtel(@ForAll long seed) throws Exception {
    Batch batch = GeneratedBatches.of(Signal.TRACES, seed, ITEMS);
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());
    for (int i = 0; i < ITEMS; i++) {
      SpanData span = batch.spans().get(i);
      List<JsonNode> lines = lines(payload.item(i));
      assertThat(lines).hasSize(2 + 2 * span.getEvents().size());
      JsonNode document = lines.get(1);
      assertThat(document.path("trace_id").asText()).isEqualTo(span.getTraceId());
      assertThat(document.path("span_id").asText()).isEqualTo(span.getSpanId());
      assertThat(document.path("name").asText("")).isEqualTo(wellFormed(span.getName()));
      assertThat(document.path("links")).hasSize(span.getLinks().size());
      assertThat(document.path("duration").asLong())
          .isEqualTo(Math.max(0, span.getEndEpochNanos() - span.getStartEpochNanos()));
      assertAttributes(document, span.getAttributes());
      assertAttributes(document.path("resource"), span.getResource().getAttributes());
      assertAttributes(document.path("scope"), span.getInstrumentationScopeInfo().getAttributes());
      for (int j = 0; j < span.getEvents().size(); j++) {
        EventData event = span.getEvents().get(j);
        JsonNode log = lines.get(3 + 2 * j);
        ObjectNode expected = attributes(event.getAttributes());
        expected.put("event.name", wellFormed(event.getName()));
        assertThat(log.path("attributes")).isEqualTo(read(expected));
        assertThat(log.path("span_id").asText()).isEqualTo(span.getSpanId());
      }
    }
  }

  @Property(tries = 200)
  void logRecordsInTheModeOtel(@ForAll long seed) throws Exception {
    Batch batch = GeneratedBatches.of(Signal.LOGS, seed, ITEMS);
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());
    for (int i = 0; i < ITEMS; i++) {
      LogRecordData log = batch.logs().get(i);
      List<JsonNode> lines = lines(payload.item(i));
      assertThat(lines).hasSize(2);
      JsonNode document = lines.get(1);
      assertAttributes(document, log.getAttributes());
      assertAttributes(document.path("resource"), log.getResource().getAttributes());
      Value<?> body = log.getBodyValue();
      if (body != null && body.getType() != ValueType.EMPTY) {
        boolean structured =
            body.getType() == ValueType.KEY_VALUE_LIST || body.getType() == ValueType.ARRAY;
        JsonNode found = document.path("body").path(structured ? "structured" : "text");
        assertThat(
                found.has("value") && body.getType() == ValueType.ARRAY
                    ? found.path("value")
                    : found)
            .isEqualTo(read(value(body)));
      }
    }
  }

  @Property(tries = 200)
  void itemsInTheModeEcs(@ForAll long seed) throws Exception {
    Batch batch = GeneratedBatches.of(Signal.LOGS, seed, ITEMS);
    Payload payload = batch.encoded(ElasticsearchEncoding.ecs());
    for (int i = 0; i < ITEMS; i++) {
      JsonNode document = lines(payload.item(i)).get(1);
      JsonNode expected = read(attributes(batch.logs().get(i).getAttributes()));
      for (Map.Entry<String, JsonNode> field : expected.properties()) {
        assertThat(document.path(field.getKey())).as(field.getKey()).isEqualTo(field.getValue());
      }
    }
  }

  @Property(tries = 200)
  void metricsInTheModeOtel(@ForAll long seed) throws Exception {
    Batch batch = GeneratedBatches.of(Signal.METRICS, seed, ITEMS);
    Payload payload = batch.encoded(ElasticsearchEncoding.otel());
    Set<List<Object>> known = new HashSet<>();
    int item = 0;
    for (MetricData metric : batch.metrics()) {
      for (PointData point : metric.getData().getPoints()) {
        ByteBuffer piece = payload.item(item++);
        boolean first =
            MetricValue.isSupported(metric, point)
                && known.add(
                    List.of(
                        metric.getResource(),
                        metric.getInstrumentationScopeInfo(),
                        metric.getName(),
                        metric.getUnit(),
                        point.getAttributes(),
                        Math.floorDiv(point.getEpochNanos(), 1_000_000L)));
        if (!first) {
          assertThat(piece.hasRemaining()).isFalse();
          continue;
        }
        List<JsonNode> lines = lines(piece);
        assertThat(lines).hasSize(2);
        JsonNode document = lines.get(1);
        JsonNode value = document.path("metrics").path(wellFormed(metric.getName()));
        assertThat(value.isNumber() || value.isObject()).as(metric.getName()).isTrue();
        if (point instanceof LongPointData number) {
          assertThat(value.asLong()).isEqualTo(number.getValue());
        }
        assertDimensions(document.path("attributes"), point.getAttributes());
      }
    }
    assertThat(item).isEqualTo(batch.itemCount());
  }

  private static void assertDimensions(JsonNode found, Attributes attributes) throws Exception {
    JsonNode wanted = read(attributes(attributes));
    assertThat(found.isMissingNode() ? 0 : found.size()).isEqualTo(wanted.size());
    for (String name : (Iterable<String>) wanted::fieldNames) {
      JsonNode here = found.path(name);
      JsonNode there = wanted.path(name);
      // Maps are texts of JSON there.
      assertThat(there.isContainerNode() && here.isTextual() ? JSON.readTree(here.asText()) : here)
          .as(name)
          .isEqualTo(there);
    }
  }

  private static void assertAttributes(JsonNode parent, Attributes attributes) throws Exception {
    JsonNode found = parent.path("attributes");
    if (attributes.isEmpty()) {
      assertThat(found.isMissingNode()).isTrue();
    } else {
      assertThat(found).isEqualTo(read(attributes(attributes)));
    }
  }

  private static ObjectNode attributes(Attributes attributes) {
    ObjectNode node = JSON.createObjectNode();
    attributes.forEach((key, value) -> node.set(wellFormed(key.getKey()), value(value)));
    return node;
  }

  /** What stands in the document, as it is to be read. */
  private static JsonNode value(Object value) {
    if (value instanceof Value<?> nested) {
      return switch (nested.getType()) {
        case EMPTY -> JSON.nullNode();
        case BYTES -> JSON.getNodeFactory().textNode(base64((ByteBuffer) nested.getValue()));
        case KEY_VALUE_LIST -> map((List<?>) nested.getValue());
        case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> value(nested.getValue());
      };
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JSON.createArrayNode();
      list.forEach(item -> array.add(value(item)));
      return array;
    }
    if (value instanceof Double number) {
      return Double.isFinite(number)
          ? JSON.getNodeFactory().numberNode(number)
          : JSON.getNodeFactory().textNode(number.toString());
    }
    if (value instanceof String text) {
      return JSON.getNodeFactory().textNode(wellFormed(text));
    }
    return JSON.valueToTree(value);
  }

  private static ObjectNode map(List<?> entries) {
    ObjectNode map = JSON.createObjectNode();
    for (Object entry : entries) {
      KeyValue pair = (KeyValue) entry;
      map.set(wellFormed(pair.getKey()), value(pair.getValue()));
    }
    return map;
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  /** As a reader gives it: small numbers are of another class there. */
  private static JsonNode read(JsonNode node) throws Exception {
    return JSON.readTree(JSON.writeValueAsString(node));
  }

  /** As UTF-8 has it: a half of a character is a question mark. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
