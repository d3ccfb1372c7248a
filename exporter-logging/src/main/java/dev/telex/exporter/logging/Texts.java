/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How times, durations, attributes and values read. */
final class Texts {

  /** Of one value in a line, so that the others can still be seen. */
  static final int MAX_VALUE_CHARS = 256;

  static final int MAX_ID_CHARS = 32;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_BYTES = 32;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final DateTimeFormatter MILLIS = formatter("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
  private static final DateTimeFormatter NANOS = formatter("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'");

  private Texts() {}

  /** To the millisecond; 0 is no time. */
  static String time(long epochNanos) {
    return epochNanos == 0 ? "-" : MILLIS.format(instant(epochNanos));
  }

  /** To the nanosecond; 0 is no time. */
  static String exactTime(long epochNanos) {
    return epochNanos == 0 ? "-" : NANOS.format(instant(epochNanos));
  }

  /** In the largest unit up to seconds that leaves a whole number, with three places. */
  static String duration(long nanos) {
    if (nanos < 0) {
      return "-" + duration(nanos == Long.MIN_VALUE ? Long.MAX_VALUE : -nanos);
    }
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return thousandths(nanos) + "us";
    }
    if (nanos < NANOS_PER_SECOND) {
      return thousandths(nanos / 1_000) + "ms";
    }
    return thousandths(nanos / 1_000_000) + "s";
  }

  /** In braces; nothing without attributes. */
  static void attributes(TextWriter to, Attributes attributes) {
    if (attributes.isEmpty()) {
      return;
    }
    to.put(" {");
    String separator = "";
    for (Map.Entry<AttributeKey<?>, Object> entry : attributes.asMap().entrySet()) {
      if (to.isFull()) {
        return;
      }
      to.put(separator).text(entry.getKey().getKey(), MAX_VALUE_CHARS).put("=");
      value(to, entry.getValue());
      separator = ", ";
    }
    to.put("}");
  }

  /** An attribute's value: a text, number or boolean, a list of such, or a {@link Value}. */
  static void value(TextWriter to, Object value) {
    value(to, value, MAX_VALUE_CHARS, 0);
  }

  /** As {@link #value(TextWriter, Object)}, with more room for a text. */
  static void value(TextWriter to, Object value, int maxChars) {
    value(to, value, maxChars, 0);
  }

  private static void value(TextWriter to, Object value, int maxChars, int depth) {
    if (depth > MAX_DEPTH) {
      to.put(TextWriter.CUT);
    } else if (value instanceof Value<?> any) {
      switch (any.getType()) {
        case ARRAY, KEY_VALUE_LIST -> value(to, any.getValue(), maxChars, depth);
        case BYTES -> bytes(to, (ByteBuffer) any.getValue());
        case EMPTY -> to.put("null");
        default -> value(to, any.getValue(), maxChars, depth);
      }
    } else if (value instanceof List<?> list) {
      list(to, list, maxChars, depth);
    } else if (value instanceof String text) {
      to.text(text, maxChars);
    } else {
      to.put(value.toString());
    }
  }

  private static void list(TextWriter to, List<?> list, int maxChars, int depth) {
    boolean map = !list.isEmpty() && list.get(0) instanceof KeyValue;
    to.put(map ? "{" : "[");
    String separator = "";
    for (Object element : list) {
      if (to.isFull()) {
        return;
      }
      to.put(separator);
      if (element instanceof KeyValue entry) {
        to.text(entry.getKey(), maxChars).put("=");
        value(to, entry.getValue(), maxChars, depth + 1);
      } else {
        value(to, element, maxChars, depth + 1);
      }
      separator = ", ";
    }
    to.put(map ? "}" : "]");
  }

  private static void bytes(TextWriter to, ByteBuffer bytes) {
    ByteBuffer view = bytes.duplicate();
    int length = view.remaining();
    byte[] shown = new byte[Math.min(MAX_BYTES, length)];
    view.get(shown);
    to.put("0x").put(HexFormat.of().formatHex(shown));
    if (length > MAX_BYTES) {
      to.put(TextWriter.CUT).put(" (").put(length).put(" bytes)");
    }
  }

  private static Instant instant(long epochNanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(epochNanos, NANOS_PER_SECOND), Math.floorMod(epochNanos, NANOS_PER_SECOND));
  }

  private static String thousandths(long number) {
    return number / 1_000 + "." + String.format(Locale.ROOT, "%03d", number % 1_000);
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
