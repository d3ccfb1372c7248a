/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;

/** Characters one by one, where a text is not plain. */
final class Utf8 {

  private Utf8() {}

  /** Whether it is a surrogate without its other half, which UTF-8 cannot hold. */
  static boolean isHalf(CharSequence text, int index) {
    char c = text.charAt(index);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    return Character.isHighSurrogate(c)
        ? index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1))
        : index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
  }

  /** Writes a character, for which there is room, and gives the index of its last char. */
  static int write(ByteOutput out, String text, int index) {
    char c = text.charAt(index);
    if (c < 0x80) {
      out.put(c);
    } else if (c < 0x800) {
      out.put(0xc0 | c >> 6);
      out.put(0x80 | (c & 0x3f));
    } else if (!Character.isSurrogate(c)) {
      out.put(0xe0 | c >> 12);
      out.put(0x80 | (c >> 6 & 0x3f));
      out.put(0x80 | (c & 0x3f));
    } else {
      int point = Character.toCodePoint(c, text.charAt(index + 1));
      out.put(0xf0 | point >> 18);
      out.put(0x80 | (point >> 12 & 0x3f));
      out.put(0x80 | (point >> 6 & 0x3f));
      out.put(0x80 | (point & 0x3f));
      return index + 1;
    }
    return index;
  }
}
