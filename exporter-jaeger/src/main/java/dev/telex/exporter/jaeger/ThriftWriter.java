/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes Thrift structs one after the other into an array that grows and is used again. The two
 * protocols are subclasses.
 *
 * <p>The fields of a struct are written in the order of their ids, which are 1 to 15. An element of
 * a list does not depend on what stands before it, so its bytes may be written elsewhere again. Not
 * safe for use by several threads.
 */
abstract sealed class ThriftWriter permits BinaryThriftWriter, CompactThriftWriter {

  private static final int INITIAL_BYTES = 64 << 10;

  /** A larger array is not kept for the next use. */
  private static final int MAX_KEPT_BYTES = 2 << 20;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  byte[] array = new byte[INITIAL_BYTES];
  int size;

  /** Begins a struct that is no field: the outermost one, or an element of a list. */
  abstract void beginStruct();

  /** Begins a struct that is a field of the one around it. */
  abstract void beginStruct(int field);

  abstract void endStruct();

  /** The header of a list of structs; as many of them must follow. */
  abstract void list(int field, int count);

  abstract void bool(int field, boolean value);

  abstract void i32(int field, int value);

  abstract void i64(int field, long value);

  abstract void fraction(int field, double value);

  /** A text as UTF-8, with '?' for each surrogate without its other half, as the JDK does. */
  final void string(int field, String value) {
    header(field);
    int length = value.length();
    int before = size;
    length(length);
    reserve(length);
    if (ascii(value, array, size)) {
      size += length;
    } else {
      size = before;
      put(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  final void bytes(int field, ByteBuffer value) {
    header(field);
    int count = value.remaining();
    length(count);
    reserve(count);
    value.get(value.position(), array, size, count);
    size += count;
  }

  /** The header of a field of bytes or text. */
  abstract void header(int field);

  /** How many bytes follow. */
  abstract void length(int bytes);

  /** Elements of a list that were {@linkplain #copy copied}. */
  final void elements(byte[] written) {
    reserve(written.length);
    System.arraycopy(written, 0, array, size, written.length);
    size += written.length;
  }

  /** How many bytes were written. */
  final int size() {
    return size;
  }

  /** A copy of what was written since {@link #size()} was {@code from}. */
  final byte[] copy(int from) {
    return Arrays.copyOfRange(array, from, size);
  }

  /** Hands out a copy of all, and is empty again. */
  final byte[] take() {
    byte[] all = copy(0);
    if (array.length > MAX_KEPT_BYTES) {
      array = new byte[INITIAL_BYTES];
    }
    size = 0;
    return all;
  }

  final void reserve(int bytes) {
    if (array.length - size < bytes) {
      grow(bytes);
    }
  }

  private void put(byte[] value) {
    length(value.length);
    elements(value);
  }

  /** Copies the text, and tells whether that was right. */
  private static boolean ascii(String text, byte[] target, int at) {
    lowBytes(text, target, at);
    int all = 0;
    // No exit from the loop, so that it compiles well: telemetry is nearly always ASCII.
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i);
    }
    return all < 0x80;
  }

  /** Deprecated for what it does to other characters; nothing else copies without a new array. */
  @SuppressWarnings("deprecation")
  private static void lowBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private void grow(int bytes) {
    long wanted = (long) size + bytes;
    if (wanted > MAX_BYTES) {
      throw new IllegalStateException("the message is larger than 2 GiB");
    }
    array = Arrays.copyOf(array, (int) Math.min(Math.max(wanted, 2L * array.length), MAX_BYTES));
  }
}
