/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Values of attributes as text (OpenTelemetry specification, {@code common/README.md}, "AnyValue
 * representation for non-OTLP protocols"): texts and numbers as they are, arrays and maps as JSON.
 */
final class LabelText {

  private LabelText() {}

  static String of(AttributeKey<?> key, Object value) {
    return switch (key.getType()) {
      case STRING -> (String) value;
      case BOOLEAN, LONG, DOUBLE -> value.toString();
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> array((List<?>) value);
      case VALUE -> ((Value<?>) value).asString();
    };
  }

  private static String array(List<?> elements) {
    List<Value<?>> values = new ArrayList<>(elements.size());
    for (Object element : elements) {
      if (element instanceof Long number) {
        values.add(Value.of((long) number));
      } else if (element instanceof Double number) {
        values.add(Value.of((double) number));
      } else if (element instanceof Boolean flag) {
        values.add(Value.of((boolean) flag));
      } else {
        values.add(Value.of(String.valueOf(element)));
      }
    }
    return Value.of(values).asString();
  }
}
