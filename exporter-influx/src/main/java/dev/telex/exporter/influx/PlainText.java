/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Copies texts that need no escape, which nearly all are: eight bytes at a time, and without an
 * exit from the loops, so that they compile well.
 */
final class PlainText {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LETTERS = 'a' * EACH;

  private PlainText() {}

  /**
   * Writes a name or tag value, if it is of ASCII, and without what ends one: control characters,
   * spaces, commas, equals signs and backslashes. It may say no to an exclamation mark.
   *
   * @return whether it did; if not, nothing is written
   */
  static boolean writeName(ByteOutput out, String text) {
    int length = text.length();
    byte[] target = out.room(length + (long) Long.BYTES);
    int at = out.size();
    if (!copyAscii(text, target, at)) {
      return false;
    }
    long found = 0;
    for (int i = 0; i < length; i += Long.BYTES) {
      long eight = (long) LONGS.get(target, at + i);
      // Each borrows from its high bit if a byte is what it looks for.
      found |=
          (eight - 0x21 * EACH)
              | ((eight ^ ',' * EACH) - EACH)
              | ((eight ^ '=' * EACH) - EACH)
              | ((eight ^ '\\' * EACH) - EACH);
    }
    return advanced(out, length, found);
  }

  /**
   * Writes the text of a field, or a part of one, if it is of ASCII, and without control
   * characters, quotation marks and backslashes. It may say no to a space.
   *
   * @return whether it did; if not, nothing is written
   */
  static boolean writeText(ByteOutput out, String text) {
    int length = text.length();
    byte[] target = out.room(length + (long) Long.BYTES);
    int at = out.size();
    if (!copyAscii(text, target, at)) {
      return false;
    }
    long found = 0;
    for (int i = 0; i < length; i += Long.BYTES) {
      long eight = (long) LONGS.get(target, at + i);
      found |=
          (eight - ' ' * EACH) | ((eight ^ '"' * EACH) - EACH) | ((eight ^ '\\' * EACH) - EACH);
    }
    return advanced(out, length, found);
  }

  private static boolean copyAscii(String text, byte[] target, int at) {
    int length = text.length();
    ByteOutput.lowBytes(text, target, at);
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    // What the last eight have behind the text.
    LONGS.set(target, at + length, LETTERS);
    return all < 0x80;
  }

  private static boolean advanced(ByteOutput out, int length, long found) {
    boolean plain = (found & HIGH_BITS) == 0;
    out.advance(plain ? length : 0);
    return plain;
  }
}
