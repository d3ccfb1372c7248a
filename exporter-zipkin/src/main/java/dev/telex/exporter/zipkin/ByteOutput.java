/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An array of bytes that grows, and what JSON and protobuf write into one. Not safe for use by
 * several threads.
 */
final class ByteOutput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long SPACES = ' ' * EACH;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final int MAX_VARINT = 10;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] array;
  private int size;

  ByteOutput() {
    this(Scratch.take());
  }

  ByteOutput(byte[] array) {
    this.array = array;
  }

  /** Hands out a copy of what was written, and is of no use any more. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(array, size);
    Scratch.giveBack(array);
    array = new byte[0];
    size = 0;
    return taken;
  }

  // --- Both ---

  void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
  }

  void raw(int value) {
    reserve(1);
    array[size++] = (byte) value;
  }

  /** Characters below 128, which need not be escaped. */
  void ascii(String text) {
    reserve(text.length());
    lowBytes(text, array, size);
    size += text.length();
  }

  // --- JSON ---

  /** A string, with its quotation marks. */
  void quoted(String text) {
    int length = text.length();
    // Eight more, because it is looked at in longs.
    reserve(length + 2L + Long.BYTES);
    array[size] = '"';
    if (isPlain(text, array, size + 1)) {
      size += length + 1;
    } else {
      size++;
      escaped(text);
    }
    raw('"');
  }

  /** Copies the text, and tells whether that was right: it is ASCII, and nothing to be escaped. */
  private static boolean isPlain(String text, byte[] target, int at) {
    int length = text.length();
    lowBytes(text, target, at);
    // No exit from the loops, so that they compile well: nearly all texts are plain.
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all >= 0x80) {
      return false;
    }
    LONGS.set(target, at + length, SPACES);
    long found = 0;
    for (int i = 0; i < length; i += Long.BYTES) {
      long eight = (long) LONGS.get(target, at + i);
      // Each borrows from its high bit exactly if a byte is what it looks for.
      found |=
          (eight - ' ' * EACH) | ((eight ^ '"' * EACH) - EACH) | ((eight ^ '\\' * EACH) - EACH);
    }
    return (found & HIGH_BITS) == 0;
  }

  /**
   * In ASCII alone: Zipkin (3.6.1) loses characters of several bytes where its buffers end, if the
   * body was compressed. A surrogate without its other half is a question mark, as in UTF-8.
   */
  private void escaped(String text) {
    int length = text.length();
    reserve(6L * length);
    byte[] target = array;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        target[at++] = '\\';
        target[at++] = (byte) c;
      } else if (c >= ' ' && c < 0x80) {
        target[at++] = (byte) c;
      } else if (Character.isSurrogate(c) && !isHalfOfAPair(text, i)) {
        target[at++] = '?';
      } else {
        target[at++] = '\\';
        target[at++] = 'u';
        target[at++] = HEX[c >> 12];
        target[at++] = HEX[c >> 8 & 0xf];
        target[at++] = HEX[c >> 4 & 0xf];
        target[at++] = HEX[c & 0xf];
      }
    }
    size = at;
  }

  private static boolean isHalfOfAPair(String text, int index) {
    return Character.isHighSurrogate(text.charAt(index))
        ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
        : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
  }

  // --- Protobuf ---

  /**
   * Begins a message.
   *
   * @param lengthBytes how many bytes its length will probably take
   * @return for {@link #close}
   */
  int open(int tag, int lengthBytes) {
    varint(tag);
    reserve(lengthBytes);
    size += lengthBytes;
    return size;
  }

  /** Ends the message that began there. */
  void close(int begin, int lengthBytes) {
    int length = size - begin;
    int needed = varintBytes(length);
    if (needed != lengthBytes) {
      reserve(MAX_VARINT);
      System.arraycopy(array, begin, array, begin + needed - lengthBytes, length);
    }
    int end = size + needed - lengthBytes;
    size = begin - lengthBytes;
    varint(length);
    size = end;
  }

  void text(int tag, String text) {
    int length = text.length();
    reserve(length + 2L * MAX_VARINT);
    int start = size;
    varint(tag);
    varint(length);
    lowBytes(text, array, size);
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all < 0x80) {
      size += length;
    } else {
      size = start;
      bytes(tag, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  void bytes(int tag, byte[] bytes) {
    varint(tag);
    varint(bytes.length);
    raw(bytes);
  }

  /** The bytes of an even number of hexadecimal digits. */
  void hex(int tag, String digits) {
    int length = digits.length() / 2;
    varint(tag);
    varint(length);
    reserve(length);
    for (int i = 0; i < digits.length(); i += 2) {
      array[size++] =
          (byte)
              (Character.digit(digits.charAt(i), 16) << 4
                  | Character.digit(digits.charAt(i + 1), 16));
    }
  }

  void fixed64(int tag, long value) {
    varint(tag);
    reserve(Long.BYTES);
    LONGS.set(array, size, value);
    size += Long.BYTES;
  }

  void number(int tag, long value) {
    varint(tag);
    varint(value);
  }

  private void varint(long value) {
    reserve(MAX_VARINT);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** Deprecated for what it does to other characters; nothing else copies without a new array. */
  @SuppressWarnings("deprecation")
  private static void lowBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private void reserve(long bytes) {
    if (array.length - size < bytes) {
      if (size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the message is larger than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, Math.max(size + bytes, 2L * size)));
    }
  }
}
