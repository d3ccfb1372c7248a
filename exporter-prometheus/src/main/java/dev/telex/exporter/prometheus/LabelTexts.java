/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Value;
import java.util.List;

/** Values of attributes as values of labels. */
final class LabelTexts {

  private LabelTexts() {}

  /** Texts as they are, arrays as JSON (OpenTelemetry specification, common, "toString"). */
  static String of(AttributeType type, Object value) {
    return switch (type) {
      case STRING -> Names.wellFormed((String) value);
      case BOOLEAN, LONG, DOUBLE -> value.toString();
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY ->
          Names.wellFormed(json((List<?>) value));
      case VALUE -> Names.wellFormed(((Value<?>) value).asString());
    };
  }

  private static String json(List<?> values) {
    StringBuilder json = new StringBuilder("[");
    for (Object value : values) {
      if (json.length() > 1) {
        json.append(',');
      }
      if (value instanceof String text) {
        quote(text, json);
      } else {
        json.append(value);
      }
    }
    return json.append(']').toString();
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
