/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributeTextTest {

  @Test
  void simpleValuesAreAsTheyAre() {
    assertThat(AttributeText.of(AttributeKey.stringKey("k"), "a \"b\"")).isEqualTo("a \"b\"");
    assertThat(AttributeText.of(AttributeKey.longKey("k"), -7L)).isEqualTo("-7");
    assertThat(AttributeText.of(AttributeKey.doubleKey("k"), Double.NaN)).isEqualTo("NaN");
    assertThat(AttributeText.of(AttributeKey.booleanKey("k"), true)).isEqualTo("true");
    assertThat(AttributeText.of(Value.empty())).isEmpty();
    assertThat(AttributeText.of(Value.of(new byte[] {1, 2, 3}))).isEqualTo("AQID");
  }

  @Test
  void arraysAndMapsAreJson() {
    assertThat(
            AttributeText.of(
                AttributeKey.stringArrayKey("k"), List.of("a\"\\", "\n\t\b\f\r", "\u0001ü🚀")))
        .isEqualTo("[\"a\\\"\\\\\",\"\\n\\t\\b\\f\\r\",\"\\u0001ü🚀\"]");
    assertThat(
            AttributeText.of(
                AttributeKey.doubleArrayKey("k"), List.of(1.5, Double.NEGATIVE_INFINITY)))
        .isEqualTo("[1.5,\"-Infinity\"]");
    Value<?> map =
        Value.of(
            KeyValue.of("a", Value.of(1)),
            KeyValue.of("b", Value.of(Value.of(true), Value.empty(), Value.of(new byte[] {1}))));
    assertThat(AttributeText.of(map)).isEqualTo("{\"a\":1,\"b\":[true,null,\"AQ==\"]}");
  }

  @Test
  void attributesAreAnObjectThatSaysHowManyAreMissing() {
    Attributes attributes = Attributes.of(AttributeKey.longKey("a"), 1L);
    assertThat(new JsonText().attributes(attributes, 0)).hasToString("{\"a\":1}");
    assertThat(new JsonText().attributes(Attributes.empty(), 2))
        .hasToString("{\"otel.dropped_attributes_count\":2}");
  }

  @Test
  void whatNestsTooDeepIsRefused() {
    Value<?> deep = Value.of("x");
    for (int i = 0; i < 200; i++) {
      deep = Value.of(List.of(deep));
    }
    assertThat(AttributeText.of(deep)).startsWith("[[").endsWith("]]");
    Value<?> deeper = Value.of(List.of(deep));
    assertThatThrownBy(() -> AttributeText.of(deeper))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nests deeper than 200");
  }
}
