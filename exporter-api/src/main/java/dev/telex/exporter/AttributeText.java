/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import java.util.List;

/**
 * Values of attributes and bodies as text (OpenTelemetry specification, {@code common/README.md},
 * "AnyValue representation for non-OTLP protocols"): texts and numbers as they are, arrays and maps
 * as JSON, bytes in Base64, and nothing as an empty text.
 */
public final class AttributeText {

  private AttributeText() {}

  /**
   * The value of an attribute.
   *
   * @throws IllegalArgumentException if it nests too deep; see {@link JsonText}
   */
  public static String of(AttributeKey<?> key, Object value) {
    return switch (key.getType()) {
      case STRING -> (String) value;
      case BOOLEAN, LONG, DOUBLE -> value.toString();
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY ->
          new JsonText().array((List<?>) value).toString();
      case VALUE -> of((Value<?>) value);
    };
  }

  /**
   * A value, of a body for one.
   *
   * @throws IllegalArgumentException if it nests too deep; see {@link JsonText}
   */
  public static String of(Value<?> value) {
    return switch (value.getType()) {
      case STRING, BOOLEAN, LONG, DOUBLE -> value.getValue().toString();
      case EMPTY -> "";
      case BYTES -> JsonText.base64(value);
      case ARRAY, KEY_VALUE_LIST -> new JsonText().value(value).toString();
    };
  }
}
