/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of bytes that grows, for encodings to write into: its memory is that of earlier ones, so
 * a batch costs the allocation of its bytes and little more. An encoding extends it by what its
 * format needs.
 *
 * <p>Not safe for use by several threads.
 */
public class ByteOutput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long SPACES = ' ' * EACH;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] array;
  private int size;

  /**
   * In memory that was used before. Whoever {@linkplain #take takes} what was written gives it
   * back.
   */
  public ByteOutput() {
    this.array = Scratch.take();
  }

  /** In memory of its own, for what is small. */
  public ByteOutput(int initialBytes) {
    this.array = new byte[initialBytes];
  }

  /** How many bytes were written. */
  public final int size() {
    return size;
  }

  /** Forgets what was written from there on. */
  public final void truncate(int to) {
    size = to;
  }

  /** A copy of what was written from there on. */
  public final byte[] copyFrom(int begin) {
    return Arrays.copyOfRange(array, begin, size);
  }

  /** Hands out a copy of what was written, and is of no use any more. */
  public final byte[] take() {
    byte[] taken = Arrays.copyOf(array, size);
    Scratch.giveBack(array);
    array = new byte[0];
    size = 0;
    return taken;
  }

  /**
   * The array itself, with room for so many bytes at {@link #size}: for those who write there, and
   * then {@link #advance}. It is another one after each call that writes.
   *
   * @throws IllegalStateException if that would be more than an array holds, 2 GiB
   */
  public final byte[] room(long bytes) {
    if (array.length - size < bytes) {
      if (size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the encoded batch is larger than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, Math.max(size + bytes, 2L * size)));
    }
    return array;
  }

  /** So many bytes were written into {@link #room}; or fewer are there, if it is negative. */
  public final void advance(int bytes) {
    size += bytes;
  }

  /** A byte, for which {@link #room} was made. */
  public final void put(int value) {
    array[size++] = (byte) value;
  }

  /** A byte. */
  public final void raw(int value) {
    room(1);
    put(value);
  }

  /** Bytes as they are. */
  public final void raw(byte[] bytes) {
    System.arraycopy(bytes, 0, room(bytes.length), size, bytes.length);
    size += bytes.length;
  }

  /** Characters below 128, as they are. */
  public final void ascii(String text) {
    lowBytes(text, room(text.length()), size);
    size += text.length();
  }

  /** Writes once more what stands there. */
  public final void repeat(int begin, int end) {
    byte[] target = room(end - begin);
    System.arraycopy(target, begin, target, size, end - begin);
    size += end - begin;
  }

  /**
   * A JSON string (RFC 8259, 7) with its quotation marks, if it is ASCII and nothing of it has to
   * be escaped.
   *
   * @return whether it is so; if not, nothing was written
   */
  public final boolean quotedIfPlain(String text) {
    int length = text.length();
    // Eight more, because it is looked at in longs.
    byte[] target = room(length + 2L + Long.BYTES);
    target[size] = '"';
    if (!isPlain(text, target, size + 1)) {
      return false;
    }
    target[size + length + 1] = '"';
    size += length + 2;
    return true;
  }

  /** Copies the text, and tells whether that was right. */
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
   * Copies the low byte of each character: right where all are below 128.
   *
   * @param at where there is place for all
   */
  @SuppressWarnings("deprecation")
  public static void lowBytes(String text, byte[] target, int at) {
    // Deprecated for what it does to other characters; nothing else copies without a new array.
    text.getBytes(0, text.length(), target, at);
  }
}
