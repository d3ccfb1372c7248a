/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes {@code _total} off a counter for the strategies without suffixes. The client library adds
 * it to every counter, and its writers give no other choice.
 */
final class TotalSuffix {

  private static final int LENGTH = "_total".length();
  private static final int NAME_TAG = 0x0A;

  private TotalSuffix() {}

  /** Of text 0.0.4: behind the name, in each line of the family. */
  static byte[] cutFromText(byte[] text, String base) {
    byte[] name = (base + "_total").getBytes(StandardCharsets.UTF_8);
    byte[] quoted = quoted(base + "_total").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream cut = new ByteArrayOutputStream(text.length);
    int at = 0;
    while (at < text.length) {
      int end = at;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, text.length);
      int from = text[at] == '#' ? at + "# HELP ".length() : at;
      from = from < end && text[from] == '{' ? from + 1 : from;
      boolean isQuoted = from < end && text[from] == '"';
      byte[] wanted = isQuoted ? quoted : name;
      if (startsWith(text, from, wanted)) {
        int keep = from + wanted.length - LENGTH - (isQuoted ? 1 : 0);
        cut.write(text, at, keep - at);
        cut.write(text, keep + LENGTH, end - keep - LENGTH);
      } else {
        cut.write(text, at, end - at);
      }
      at = end;
    }
    return cut.toByteArray();
  }

  /** Of a MetricFamily with its length before it, whose first field is its name. */
  static byte[] cutFromProtobuf(byte[] delimited) {
    int[] at = {0};
    int length = varint(delimited, at);
    if (delimited[at[0]++] != NAME_TAG) {
      throw new IllegalArgumentException("a MetricFamily does not begin with its name");
    }
    int nameLength = varint(delimited, at);
    int name = at[0];
    int shorter = nameLength - LENGTH;
    ByteArrayOutputStream cut = new ByteArrayOutputStream(delimited.length);
    int less = LENGTH + sizeOf(nameLength) - sizeOf(shorter);
    write(length - less, cut);
    cut.write(NAME_TAG);
    write(shorter, cut);
    cut.write(delimited, name, shorter);
    cut.write(delimited, name + nameLength, delimited.length - name - nameLength);
    return cut.toByteArray();
  }

  private static String quoted(String name) {
    String escaped = name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return '"' + escaped + '"';
  }

  private static boolean startsWith(byte[] text, int from, byte[] wanted) {
    return from + wanted.length <= text.length
        && Arrays.equals(text, from, from + wanted.length, wanted, 0, wanted.length);
  }

  private static int varint(byte[] bytes, int[] at) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = bytes[at[0]++];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static int sizeOf(int value) {
    int size = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }

  private static void write(int value, ByteArrayOutputStream out) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
