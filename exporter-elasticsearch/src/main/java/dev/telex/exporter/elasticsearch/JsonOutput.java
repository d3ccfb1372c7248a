/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.AttributeText;
import dev.telex.exporter.ByteOutput;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An array of bytes that grows, and JSON written into it, without line breaks, as {@code _bulk}
 * wants it. Not safe for use by several threads.
 */
final class JsonOutput extends ByteOutput {

  /** Nobody nests values so deep who means well. */
  private static final int MAX_DEPTH = 200;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private int depth;

  JsonOutput() {}

  /** For what is small. */
  JsonOutput(int initialBytes) {
    super(initialBytes);
  }

  /** The bytes of an ASCII text, for constants. */
  static byte[] constant(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A comma, unless an object or an array has just begun. */
  void comma() {
    if (hasBegun()) {
      raw(',');
    }
  }

  /** Whether something is in the object or array that was opened last. */
  boolean hasBegun() {
    byte last = room(0)[size() - 1];
    return last != '{' && last != '[';
  }

  void number(long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    padded(value, digits);
  }

  /** Not negative, with zeros before it. */
  void padded(long value, int digits) {
    byte[] target = room(digits);
    long rest = value;
    for (int i = size() + digits - 1; i >= size(); i--) {
      long next = rest / 10;
      target[i] = (byte) ('0' + (rest - next * 10));
      rest = next;
    }
    advance(digits);
  }

  /** With a decimal point always, so that Elasticsearch maps the field as a double. */
  void number(double value) {
    if (Double.isFinite(value)) {
      ascii(Double.toString(value));
    } else {
      // JSON does not know them.
      quoted(Double.toString(value));
    }
  }

  /** A string, with its quotation marks. */
  void quoted(String text) {
    if (!quotedIfPlain(text)) {
      raw('"');
      escaped(text);
      raw('"');
    }
  }

  /** A string with a JSON text in it. */
  void quotedJson(byte[] json) {
    quoted(new String(json, StandardCharsets.UTF_8));
  }

  /**
   * A value of an attribute, of a body or of a map.
   *
   * @throws IllegalArgumentException if it nests too deep
   */
  void value(Object value) {
    if (value instanceof String text) {
      quoted(text);
    } else if (value instanceof Long number) {
      number((long) number);
    } else if (value instanceof Boolean truth) {
      ascii(truth.toString());
    } else if (value instanceof Double number) {
      number((double) number);
    } else if (value instanceof List<?> list) {
      array(list);
    } else if (value instanceof Value<?> nested) {
      value(nested);
    } else {
      quoted(String.valueOf(value));
    }
  }

  private void value(Value<?> value) {
    switch (value.getType()) {
      case EMPTY -> ascii("null");
      case BYTES -> quoted(AttributeText.of(value));
      case KEY_VALUE_LIST -> object((List<?>) value.getValue());
      case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> value(value.getValue());
    }
  }

  private void array(List<?> values) {
    enter();
    raw('[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      value(values.get(i));
    }
    raw(']');
    depth--;
  }

  private void object(List<?> entries) {
    enter();
    raw('{');
    for (int i = 0; i < entries.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      KeyValue entry = (KeyValue) entries.get(i);
      quoted(entry.getKey());
      raw(':');
      value(entry.getValue());
    }
    raw('}');
    depth--;
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value nests deeper than " + MAX_DEPTH + " arrays and maps");
    }
  }

  /** In UTF-8. A surrogate without its other half is a question mark, as the JDK has it. */
  private void escaped(String text) {
    int length = text.length();
    byte[] target = room(6L * length);
    int at = size();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          target[at++] = '\\';
          target[at++] = (byte) c;
        } else if (c >= ' ') {
          target[at++] = (byte) c;
        } else {
          target[at++] = '\\';
          target[at++] = 'u';
          target[at++] = '0';
          target[at++] = '0';
          target[at++] = HEX[c >> 4];
          target[at++] = HEX[c & 0xf];
        }
      } else if (c < 0x800) {
        target[at++] = (byte) (0xc0 | (c >> 6));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        target[at++] = (byte) (0xe0 | (c >> 12));
        target[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        target[at++] = (byte) (0xf0 | (point >> 18));
        target[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        target[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (point & 0x3f));
      } else {
        target[at++] = '?';
      }
    }
    advance(at - size());
  }
}
