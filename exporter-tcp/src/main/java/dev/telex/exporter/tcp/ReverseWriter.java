/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Protobuf from the last byte to the first, so that the length of a message is known when it is due
 * and nothing is measured beforehand. Only what the events need; every field is written, also with
 * its default, because those of a {@code oneof} must be. Not safe for use by several threads.
 */
final class ReverseWriter {

  private static final int MAX_VARINT = 10;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] array;
  private int start;

  ReverseWriter(int expectedBytes) {
    array = new byte[expectedBytes];
    start = expectedBytes;
  }

  /** How many bytes were written; as an argument of {@link #message}, where a message ends. */
  int size() {
    return array.length - start;
  }

  /** All that was written, and nothing more can be. */
  byte[] take() {
    return start == 0 ? array : Arrays.copyOfRange(array, start, array.length);
  }

  /** Key and length of a message whose fields were written since size() was {@code end}. */
  void message(int tag, int end) {
    delimited(end);
    raw(tag);
  }

  /** The length alone. */
  void delimited(int end) {
    varint(size() - end);
  }

  void varint(int tag, long value) {
    varint(value);
    raw(tag);
  }

  void fixed64(int tag, double value) {
    reserve(Long.BYTES + 1);
    long bits = Double.doubleToRawLongBits(value);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      array[--start] = (byte) (bits >>> shift);
    }
    array[--start] = (byte) tag;
  }

  /** Surrogates without their other half become question marks, as in all of the JDK. */
  void text(int tag, String text) {
    int end = size();
    int length = text.length();
    reserve(length);
    lowBytes(text, array, start - length);
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all < 0x80) {
      start -= length;
    } else {
      raw(text.getBytes(StandardCharsets.UTF_8));
    }
    message(tag, end);
  }

  /** As they are. */
  void raw(byte[] bytes) {
    reserve(bytes.length);
    start -= bytes.length;
    System.arraycopy(bytes, 0, array, start, bytes.length);
  }

  private void raw(int value) {
    reserve(1);
    array[--start] = (byte) value;
  }

  private void varint(long value) {
    reserve(MAX_VARINT);
    int length = (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    start -= length;
    long rest = value;
    for (int at = start; at < start + length; at++, rest >>>= 7) {
      array[at] = (byte) (at + 1 < start + length ? rest | 0x80 : rest);
    }
  }

  /** Deprecated for what it does to other characters; nothing else copies without a new array. */
  @SuppressWarnings("deprecation")
  private static void lowBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private void reserve(int bytes) {
    if (start < bytes) {
      int size = size();
      if ((long) size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the events of a batch are larger than 2 GiB");
      }
      long wanted = Math.max((long) size + bytes, 2L * array.length);
      byte[] larger = new byte[(int) Math.min(wanted, MAX_BYTES)];
      System.arraycopy(array, start, larger, larger.length - size, size);
      array = larger;
      start = larger.length - size;
    }
  }
}
