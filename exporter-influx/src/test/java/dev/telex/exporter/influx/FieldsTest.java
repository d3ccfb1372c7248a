/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields a line has, where tags have their keys, and where there is nothing to say. */
class FieldsTest {

  private static final Point.Unsigned ONE = new Point.Unsigned(1);

  @ParameterizedTest
  @ValueSource(strings = {"span.kind", "span.name", "duration_nano", "attributes"})
  void aFieldOfASpanGivesWayToATagAndIsCounted(String key) {
    Point span =
        read(
            key,
            Batch.traces(
                List.of(
                    TestItems.span("GET")
                        .setAttributes(
                            Attributes.builder().put(key, "mine").put("other", 1).build())
                        .setTotalAttributeCount(2)
                        .build())));
    assertThat(span.tag(key)).isEqualTo("mine");
    assertThat(span.fields()).doesNotContainKey(key).containsEntry("dropped_attributes_count", ONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"body", "severity_text", "severity_number", "attributes"})
  void aFieldOfALogRecordGivesWayToATagAndIsCounted(String key) {
    Point log =
        read(
            key,
            Batch.logs(
                List.of(
                    TestItems.log("body")
                        .setSeverity(io.opentelemetry.api.logs.Severity.WARN)
                        .setSeverityText("warn")
                        .setAttributes(
                            Attributes.builder().put(key, "mine").put("other", 1).build())
                        .setTotalAttributeCount(2)
                        .build())));
    assertThat(log.tag(key)).isEqualTo("mine");
    assertThat(log.fields()).doesNotContainKey(key).containsEntry("dropped_attributes_count", ONE);
  }

  @Test
  void aDimensionWithoutATextIsAnAttribute() {
    Point log =
        read(
            "d",
            Batch.logs(
                List.of(
                    TestItems.log("x")
                        .setAttributes(Attributes.builder().put("d", "").build())
                        .build())));
    assertThat(log.tags()).isEmpty();
    assertThat(log.field("attributes")).isEqualTo("{\"d\":\"\"}");
  }

  @Test
  void bodiesOfAllKinds() {
    assertThat(body(Value.of(7))).isEqualTo("7");
    assertThat(body(Value.of(true))).isEqualTo("true");
    assertThat(body(Value.of(1.5))).isEqualTo("1.5");
    assertThat(body(Value.of(new byte[] {1, 2, 3}))).isEqualTo("AQID");
    assertThat(body(Value.empty())).isEqualTo("");
    assertThat(
            body(
                Value.of(
                    KeyValue.of("a", Value.of(Value.of("x\"\n"), Value.of(Double.NaN))),
                    KeyValue.of("b", Value.empty()))))
        .isEqualTo("{\"a\":[\"x\\\"\\n\",\"NaN\"],\"b\":null}");
  }

  @Test
  void aRecordWithoutAnythingHasABodyWithoutAText() {
    Point log = read("d", Batch.logs(List.of(TestLogRecordData.builder().build())));
    assertThat(log.fields()).containsOnlyKeys("body");
    assertThat(log.field("body")).isEqualTo("");
    assertThat(log.time()).as("now").isPositive();
  }

  private static Object body(Value<?> value) {
    return read(
            "d",
            Batch.logs(
                List.of(
                    TestLogRecordData.builder()
                        .setBodyValue(value)
                        .setTimestamp(java.time.Instant.ofEpochSecond(1))
                        .build())))
        .field("body");
  }

  private static Point read(String dimension, Batch batch) {
    InfluxEncoding encoding =
        new InfluxEncoding(
            InfluxSchema.TELEGRAF_PROMETHEUS_V1,
            InfluxDialect.INFLUXDB,
            Set.of(dimension),
            Set.of(dimension));
    List<Point> points =
        LineReader.read(new String(encoding.encode(batch).toByteArray(), StandardCharsets.UTF_8));
    assertThat(points).hasSize(1);
    return points.get(0);
  }
}
