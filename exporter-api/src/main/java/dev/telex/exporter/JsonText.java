/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * JSON (RFC 8259) as a text inside another text, written value by value, as OpenTelemetry has it
 * for protocols without nested values (specification, {@code common/README.md}, "AnyValue
 * representation for non-OTLP protocols"): bytes are base64, and numbers that JSON does not know
 * are the texts {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 *
 * <p>Arrays and maps may nest 200 deep; what is deeper is an {@link IllegalArgumentException}. Not
 * safe for use by several threads.
 */
public final class JsonText {

  /** Nobody nests values so deep who means well. */
  private static final int MAX_DEPTH = 200;

  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** An empty text. */
  public JsonText() {}

  /** Any part of JSON, as it is. */
  public JsonText raw(String part) {
    text.append(part);
    return this;
  }

  /** A string. */
  public JsonText quoted(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < ' ') {
            text.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
    return this;
  }

  /**
   * An object of attributes.
   *
   * @param dropped how many more there were; {@code otel.dropped_attributes_count} if any
   *     (specification, {@code common/mapping-to-non-otlp.md}, "Dropped Attributes Count")
   */
  public JsonText attributes(Attributes attributes, int dropped) {
    int start = text.length();
    text.append('{');
    attributes.forEach(
        (key, value) -> {
          text.append(text.length() == start + 1 ? "" : ",");
          quoted(key.getKey()).raw(":").any(value);
        });
    if (dropped > 0) {
      text.append(text.length() == start + 1 ? "" : ",");
      quoted("otel.dropped_attributes_count").raw(":").raw(Integer.toString(dropped));
    }
    return raw("}");
  }

  /** An array of the values of an attribute, or of {@link Value}s. */
  public JsonText array(List<?> values) {
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

  /** A value: also one without a content, which is {@code null}. */
  public JsonText value(Value<?> value) {
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
