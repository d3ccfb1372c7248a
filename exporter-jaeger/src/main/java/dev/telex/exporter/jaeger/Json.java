/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays and maps as JSON (OpenTelemetry specification, {@code common/README.md}, "AnyValue
 * representation for non-OTLP protocols"): bytes are base64, and numbers that JSON does not know
 * are the texts {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class Json {

  /** No reader reads values nested as deep as this; it keeps a stack from overflowing. */
  private static final int MAX_DEPTH = 1_000;

  private Json() {}

  /** An array of one of the types of attributes. */
  static String array(List<?> elements) {
    List<Value<?>> values = new ArrayList<>(elements.size());
    for (Object element : elements) {
      values.add(value(element));
    }
    return Value.of(values).asString();
  }

  /**
   * An array or a map.
   *
   * @throws IllegalArgumentException if it is nested too deep
   */
  static String text(Value<?> value) {
    checkDepth(value, 0);
    return value.asString();
  }

  private static Value<?> value(@Nullable Object element) {
    if (element instanceof String text) {
      return Value.of(text);
    } else if (element instanceof Long number) {
      return Value.of(number);
    } else if (element instanceof Double number) {
      return Value.of(number);
    } else if (element instanceof Boolean flag) {
      return Value.of(flag);
    }
    return element == null ? Value.empty() : Value.of(element.toString());
  }

  private static void checkDepth(Value<?> value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a value is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (value.getValue() instanceof List<?> inner) {
      for (Object each : inner) {
        checkDepth(each instanceof KeyValue pair ? pair.getValue() : (Value<?>) each, depth + 1);
      }
    }
  }
}
