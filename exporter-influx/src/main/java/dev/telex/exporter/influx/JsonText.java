/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/** JSON of arrays and maps, written value by value. */
final class JsonText {

  /** Nobody nests values so deep who means well. */
  private static final int MAX_DEPTH = 200;

  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** A string. */
  JsonText quoted(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
    return this;
  }

  JsonText array(List<?> values) {
    begin();
    text.append('[');
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ",");
      any(values.get(i));
    }
    text.append(']');
    depth--;
    return this;
  }

  JsonText value(Value<?> value) {
    return switch (value.getType()) {
      case BYTES -> quoted(base64(value));
      case EMPTY -> raw("null");
      case KEY_VALUE_LIST -> object((List<?>) value.getValue());
      case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> any(value.getValue());
    };
  }

  static String base64(Value<?> bytes) {
    ByteBuffer buffer = ((ByteBuffer) bytes.getValue()).duplicate();
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  private JsonText raw(String part) {
    text.append(part);
    return this;
  }

  private JsonText any(Object value) {
    if (value instanceof Value<?> nested) {
      return value(nested);
    }
    if (value instanceof List<?> list) {
      return array(list);
    }
    if (value instanceof Boolean || value instanceof Long) {
      return raw(value.toString());
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return raw(value.toString());
    }
    // Also for NaN and the infinities, which JSON does not know.
    return quoted(value.toString());
  }

  private JsonText object(List<?> entries) {
    begin();
    text.append('{');
    for (int i = 0; i < entries.size(); i++) {
      KeyValue entry = (KeyValue) entries.get(i);
      text.append(i == 0 ? "" : ",");
      quoted(entry.getKey()).raw(":").value(entry.getValue());
    }
    text.append('}');
    depth--;
    return this;
  }

  private void begin() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "an attribute or body nests deeper than " + MAX_DEPTH + " arrays and maps");
    }
  }

  /** The JSON. */
  @Override
  public String toString() {
    return text.toString();
  }
}
