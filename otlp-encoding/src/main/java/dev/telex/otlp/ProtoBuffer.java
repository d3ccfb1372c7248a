/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message that grows from its end to its beginning, in an array that is used again.
 *
 * <p>Written back to front, a length is known when its field header is due: the fields of a message
 * are written first, last field first, and then {@link #message} puts tag and length before them.
 * So there is no pass that only computes sizes, and no object for a nested message.
 *
 * <p>Unless a method says otherwise, a value that is the default of proto3 writes nothing. Not safe
 * for use by several threads.
 */
final class ProtoBuffer {

  /** Wire types (protobuf encoding guide, "Message Structure"). */
  static final int VARINT = 0;

  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int INITIAL_BYTES = 64 << 10;

  /** A larger array is not kept for the next message. */
  private static final int MAX_KEPT_BYTES = 2 << 20;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final int MAX_VARINT = 10;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** The value of each hexadecimal digit; -1 for other characters. */
  private static final byte[] HEX = new byte[128];

  static {
    Arrays.fill(HEX, (byte) -1);
    for (char c = 0; c < HEX.length; c++) {
      HEX[c] = (byte) Character.digit(c, 16);
    }
  }

  private byte[] array = new byte[INITIAL_BYTES];

  /** Where the message begins so far; it ends at the end of the array. */
  private int start = array.length;

  /** How many bytes were written; as an argument of {@link #message}, where a message ends. */
  int size() {
    return array.length - start;
  }

  /** A copy of the bytes that were written since {@link #size()} was {@code end}. */
  byte[] copySince(int end) {
    return Arrays.copyOfRange(array, start, array.length - end);
  }

  /** Hands out a copy of the message, and is empty again. */
  byte[] take() {
    byte[] message = copySince(0);
    if (array.length > MAX_KEPT_BYTES) {
      array = new byte[INITIAL_BYTES];
    }
    start = array.length;
    return message;
  }

  /** The header of a message whose fields were written since {@link #size()} was {@code end}. */
  void message(int tag, int end) {
    reserve(MAX_VARINT);
    unsigned(size() - end);
    tag(tag);
  }

  void string(int tag, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      stringAlways(tag, value);
    }
  }

  /** As {@link #string}, also if it is empty, for fields with presence. */
  void stringAlways(int tag, String value) {
    int end = size();
    utf8(value);
    message(tag, end);
  }

  void bytesAlways(int tag, ByteBuffer value) {
    int end = size();
    int length = value.remaining();
    reserve(length);
    start -= length;
    value.get(value.position(), array, start, length);
    message(tag, end);
  }

  /** Bytes that hold whole fields, with their headers. */
  void fields(byte[] encoded) {
    reserve(encoded.length);
    start -= encoded.length;
    System.arraycopy(encoded, 0, array, start, encoded.length);
  }

  void fixed64(int tag, long value) {
    if (value != 0) {
      fixed64Always(tag, value);
    }
  }

  void fixed64Always(int tag, long value) {
    reserve(Long.BYTES + MAX_VARINT);
    start -= Long.BYTES;
    LONGS.set(array, start, value);
    tag(tag);
  }

  /** A packed element. */
  void fixed64Element(long value) {
    reserve(Long.BYTES);
    start -= Long.BYTES;
    LONGS.set(array, start, value);
  }

  /** The default is 0 and not -0, as protobuf compares bits. */
  void fixed64(int tag, double value) {
    fixed64(tag, Double.doubleToRawLongBits(value));
  }

  void fixed64Always(int tag, double value) {
    fixed64Always(tag, Double.doubleToRawLongBits(value));
  }

  /** A packed element. */
  void fixed64Element(double value) {
    fixed64Element(Double.doubleToRawLongBits(value));
  }

  void fixed32(int tag, int value) {
    if (value != 0) {
      reserve(Integer.BYTES + MAX_VARINT);
      start -= Integer.BYTES;
      INTS.set(array, start, value);
      tag(tag);
    }
  }

  void varint(int tag, long value) {
    if (value != 0) {
      varintAlways(tag, value);
    }
  }

  void varintAlways(int tag, long value) {
    reserve(2 * MAX_VARINT);
    unsigned(value);
    tag(tag);
  }

  /** A packed element. */
  void varintElement(long value) {
    reserve(MAX_VARINT);
    unsigned(value);
  }

  /** An {@code sint32}. */
  void zigzag(int tag, int value) {
    varint(tag, Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
  }

  /**
   * A field of the bytes that a text of {@code digits} hexadecimal digits denotes; always written.
   *
   * @throws IllegalArgumentException if the text is none
   */
  void hex(int tag, String text, int digits) {
    int invalid = text.length() - digits;
    int length = digits >> 1;
    reserve(length + 2 * MAX_VARINT);
    byte[] target = array;
    int begin = start - length;
    if (invalid == 0) {
      for (int i = 0; i < length; i++) {
        char high = text.charAt(2 * i);
        char low = text.charAt(2 * i + 1);
        int value = HEX[high & 0x7f] << 4 | HEX[low & 0x7f];
        target[begin + i] = (byte) value;
        // One of them is negative if a digit is none.
        invalid |= (value | (0x7f - high) | (0x7f - low)) & Integer.MIN_VALUE;
      }
    }
    if (invalid != 0) {
      throw new IllegalArgumentException(
          "id is '" + text + "': want " + digits + " hexadecimal digits");
    }
    start = begin;
    unsigned(length);
    tag(tag);
  }

  /** The text as UTF-8, with '?' for each surrogate without its other half, as the JDK does. */
  void utf8(String text) {
    int length = text.length();
    reserve(length);
    byte[] target = array;
    int begin = start - length;
    int all = 0;
    // Telemetry is nearly always ASCII: no exit from the loop, so that it compiles well.
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      target[begin + i] = (byte) c;
      all |= c;
    }
    if (all < 0x80) {
      start = begin;
    } else {
      notAscii(text);
    }
  }

  private void notAscii(String text) {
    reserve(3L * text.length());
    byte[] target = array;
    int at = start;
    for (int i = text.length() - 1; i >= 0; i--) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[--at] = (byte) c;
      } else if (c < 0x800) {
        target[--at] = (byte) (0x80 | (c & 0x3f));
        target[--at] = (byte) (0xc0 | (c >> 6));
      } else if (!Character.isSurrogate(c)) {
        target[--at] = (byte) (0x80 | (c & 0x3f));
        target[--at] = (byte) (0x80 | (c >> 6 & 0x3f));
        target[--at] = (byte) (0xe0 | (c >> 12));
      } else if (i > 0 && Character.isSurrogatePair(text.charAt(i - 1), c)) {
        int point = Character.toCodePoint(text.charAt(--i), c);
        target[--at] = (byte) (0x80 | (point & 0x3f));
        target[--at] = (byte) (0x80 | (point >> 6 & 0x3f));
        target[--at] = (byte) (0x80 | (point >> 12 & 0x3f));
        target[--at] = (byte) (0xf0 | (point >> 18));
      } else {
        target[--at] = '?';
      }
    }
    start = at;
  }

  private void tag(int tag) {
    if (tag < 0x80) {
      array[--start] = (byte) tag;
    } else {
      unsigned(tag);
    }
  }

  /** The room must be reserved. */
  private void unsigned(long value) {
    if ((value & ~0x7fL) == 0) {
      array[--start] = (byte) value;
      return;
    }
    int length = (640 - 9 * Long.numberOfLeadingZeros(value)) >>> 6;
    start -= length;
    int at = start;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[at] = (byte) rest;
  }

  private void reserve(long bytes) {
    if (start < bytes) {
      grow(bytes);
    }
  }

  private void grow(long bytes) {
    int size = size();
    long wanted = Math.max(size + bytes, 2L * array.length);
    if (size + bytes > MAX_BYTES) {
      throw new IllegalStateException("the message is larger than 2 GiB");
    }
    byte[] larger = new byte[(int) Math.min(wanted, MAX_BYTES)];
    System.arraycopy(array, start, larger, larger.length - size, size);
    array = larger;
    start = larger.length - size;
  }
}
