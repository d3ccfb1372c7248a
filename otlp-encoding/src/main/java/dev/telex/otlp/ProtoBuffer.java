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
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private final int initialBytes;
  private byte[] array;

  /** Where the message begins so far; it ends at the end of the array. */
  private int start;

  /** An empty one with the usual room. */
  ProtoBuffer() {
    this(INITIAL_BYTES);
  }

  ProtoBuffer(int initialBytes) {
    this.initialBytes = initialBytes;
    this.array = new byte[initialBytes];
    this.start = initialBytes;
  }

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
      array = new byte[initialBytes];
    }
    start = array.length;
    return message;
  }

  /** The header of a message whose fields were written since {@link #size()} was {@code end}. */
  void message(int tag, int end) {
    reserve(2 * MAX_VARINT);
    int length = size() - end;
    if (length < 0x80 && tag < 0x80) {
      start -= 2;
      SHORTS.set(array, start, (short) (length << 8 | tag));
    } else {
      unsigned(length);
      tag(tag);
    }
  }

  void key(EncodedKey key) {
    reserve(key.room);
    put(key, array, start);
    start -= key.length;
  }

  /**
   * The message of an attribute, header and all, at one go. Most attributes are like that.
   *
   * @return false if nothing was written, because the text is long or not ASCII
   */
  boolean shortText(int tag, EncodedKey key, String text) {
    int textLength = text.length();
    int length = textLength + key.length + 4;
    if (length >= 0x80 || tag >= 0x80) {
      return false;
    }
    reserve(textLength + key.room + 6);
    byte[] target = array;
    int at = start - textLength;
    if (!ascii(text, target, at)) {
      return false;
    }
    at -= 4;
    INTS.set(
        target,
        at,
        textLength << 24
            | ValueWriter.STRING_VALUE << 16
            | (textLength + 2) << 8
            | ValueWriter.KEY_VALUE_VALUE);
    put(key, target, at);
    at -= key.length + 2;
    SHORTS.set(target, at, (short) (length << 8 | tag));
    start = at;
    return true;
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
   * @param digits a multiple of 8, below 256
   * @throws IllegalArgumentException if the text is none
   */
  void hex(int tag, String text, int digits) {
    if (text.length() != digits) {
      throw noId(text, digits);
    }
    int length = digits >> 1;
    reserve(digits + length + 2 * MAX_VARINT);
    byte[] target = array;
    int begin = start - length;
    // The digits go where nothing is yet, and from there eight at a time to where they belong.
    int from = begin - digits;
    lowBytes(text, target, from);
    for (int i = 0; i < digits; i += 8) {
      long eight = (long) LONGS.get(target, from + i);
      long values = (eight & 0x0f * EACH) + 9 * (eight >>> 6 & EACH);
      long aboveNine = ((values + 6 * EACH) >>> 4) & EACH;
      // Beyond 15 is none, and neither is what would be written with another character.
      long written = values + 0x30 * EACH + 0x27 * aboveNine;
      if (((values & 0x10 * EACH) | (written ^ (eight | aboveNine << 5))) != 0) {
        throw noId(text, digits);
      }
      long pairs = (values << 4 | values >>> 8) & 0x00ff00ff00ff00ffL;
      long fours = (pairs | pairs >>> 8) & 0x0000ffff0000ffffL;
      INTS.set(target, begin + (i >> 1), (int) (fours | fours >>> 16));
    }
    start = begin;
    unsigned(length);
    tag(tag);
  }

  private static IllegalArgumentException noId(String text, int digits) {
    return new IllegalArgumentException(
        "id is '" + text + "': want " + digits + " hexadecimal digits");
  }

  /** The text as UTF-8, with '?' for each surrogate without its other half, as the JDK does. */
  void utf8(String text) {
    int length = text.length();
    reserve(length);
    if (ascii(text, array, start - length)) {
      start -= length;
    } else {
      notAscii(text);
    }
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

  private void notAscii(String text) {
    int most = 3 * Math.min(text.length(), MAX_BYTES / 3);
    reserve(most);
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

  private static void put(EncodedKey key, byte[] target, int end) {
    LONGS.set(target, end - 8, key.last);
    LONGS.set(target, end - 16, key.last2);
    LONGS.set(target, end - 24, key.last3);
    LONGS.set(target, end - 32, key.last4);
    long[] more = key.more;
    for (int i = 0; i < more.length; i++) {
      LONGS.set(target, end - 40 - 8 * i, more[i]);
    }
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

  private void reserve(int bytes) {
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
