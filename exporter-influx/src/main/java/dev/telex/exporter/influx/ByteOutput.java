/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.Arrays;

/** An array of bytes that grows. Not safe for use by several threads. */
class ByteOutput {

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] array = Scratch.take();
  private int size;

  final int size() {
    return size;
  }

  /** Forgets what was written from there on. */
  final void truncate(int to) {
    size = to;
  }

  /** A copy of what was written from there on. */
  final byte[] copyFrom(int begin) {
    return Arrays.copyOfRange(array, begin, size);
  }

  /** Hands out a copy of what was written, and is of no use any more. */
  final byte[] take() {
    byte[] taken = Arrays.copyOf(array, size);
    Scratch.giveBack(array);
    array = new byte[0];
    size = 0;
    return taken;
  }

  /**
   * The array itself, with room for so many bytes at {@link #size}: for those who write there, and
   * then {@link #advance}.
   */
  final byte[] room(long bytes) {
    if (array.length - size < bytes) {
      if (size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the lines are larger than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, Math.max(size + bytes, 2L * size)));
    }
    return array;
  }

  final void advance(int bytes) {
    size += bytes;
  }

  /** A byte, for which {@link #room} was made. */
  final void put(int value) {
    array[size++] = (byte) value;
  }

  final void raw(int value) {
    room(1);
    put(value);
  }

  /** Bytes that were written, and escaped, elsewhere. */
  final void raw(byte[] bytes) {
    System.arraycopy(bytes, 0, room(bytes.length), size, bytes.length);
    size += bytes.length;
  }

  /** Characters below 128 that need not be escaped. */
  final void ascii(String text) {
    lowBytes(text, room(text.length()), size);
    size += text.length();
  }

  /** Writes once more what stands there. */
  final void repeat(int begin, int end) {
    byte[] target = room(end - begin);
    System.arraycopy(target, begin, target, size, end - begin);
    size += end - begin;
  }

  /** Copies the low byte of each character: right where all are below 128. */
  @SuppressWarnings("deprecation")
  static void lowBytes(String text, byte[] target, int at) {
    // Deprecated for what it does to other characters; nothing else copies without a new array.
    text.getBytes(0, text.length(), target, at);
  }
}
