/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An array of bytes that grows, and JSON written into it, without line breaks, as {@code _bulk}
 * wants it. Not safe for use by several threads.
 */
final class JsonOutput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long SPACES = ' ' * EACH;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /** Nobody nests values so deep who means well. */
  private static final int MAX_DEPTH = 200;

  private static final int LONG_CHARS = 20;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] array;
  private int size;
  private int depth;

  JsonOutput() {
    this(Scratch.take());
  }

  JsonOutput(byte[] array) {
    this.array = array;
  }

  /** The bytes of an ASCII text, for constants. */
  static byte[] constant(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  int size() {
    return size;
  }

  /** A copy of what was written from there on. */
  byte[] copyFrom(int start) {
    return Arrays.copyOfRange(array, start, size);
  }

  /** Forgets what was written from there on. */
  void cutTo(int length) {
    size = length;
  }

  /** Hands out a copy of what was written, and is of no use any more. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(array, size);
    release();
    return taken;
  }

  /** Is of no use any more. */
  void release() {
    Scratch.giveBack(array);
    array = new byte[0];
    size = 0;
  }

  void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
  }

  void raw(int value) {
    reserve(1);
    array[size++] = (byte) value;
  }

  /** A comma, unless an object or an array has just begun. */
  void comma() {
    if (hasBegun()) {
      raw(',');
    }
  }

  /** Whether something is in the object or array that was opened last. */
  boolean hasBegun() {
    byte last = array[size - 1];
    return last != '{' && last != '[';
  }

  /** Characters below 128, which need not be escaped. */
  void ascii(String text) {
    reserve(text.length());
    lowBytes(text, array, size);
    size += text.length();
  }

  void number(long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    reserve(LONG_CHARS);
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    padded(value, digits);
  }

  /** Not negative, with zeros before it. */
  void padded(long value, int digits) {
    reserve(digits);
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      long next = rest / 10;
      array[i] = (byte) ('0' + (rest - next * 10));
      rest = next;
    }
    size += digits;
  }

  /** With a decimal point always, so that Elasticsearch maps the field as a double. */
  void number(double value) {
    if (Double.isFinite(value)) {
      ascii(Double.toString(value));
    } else {
      // JSON does not know them.
      quoted(Double.toString(value));
    }
  }

  /** A string, with its quotation marks. */
  void quoted(String text) {
    int length = text.length();
    // Eight more, because it is looked at in longs.
    reserve(length + 2L + Long.BYTES);
    array[size] = '"';
    if (isPlain(text, array, size + 1)) {
      size += length + 1;
      array[size++] = '"';
    } else {
      size++;
      escaped(text);
      raw('"');
    }
  }

  /** A string with a JSON text in it. */
  void quotedJson(byte[] json) {
    quoted(new String(json, StandardCharsets.UTF_8));
  }

  /**
   * A value of an attribute, of a body or of a map.
   *
   * @throws IllegalArgumentException if it nests too deep
   */
  void value(Object value) {
    if (value instanceof String text) {
      quoted(text);
    } else if (value instanceof Long number) {
      number((long) number);
    } else if (value instanceof Boolean truth) {
      ascii(truth.toString());
    } else if (value instanceof Double number) {
      number((double) number);
    } else if (value instanceof List<?> list) {
      array(list);
    } else if (value instanceof Value<?> nested) {
      value(nested);
    } else {
      quoted(String.valueOf(value));
    }
  }

  private void value(Value<?> value) {
    switch (value.getType()) {
      case EMPTY -> ascii("null");
      case BYTES -> quoted(base64(value));
      case KEY_VALUE_LIST -> object((List<?>) value.getValue());
      case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> value(value.getValue());
    }
  }

  private void array(List<?> values) {
    enter();
    raw('[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      value(values.get(i));
    }
    raw(']');
    depth--;
  }

  private void object(List<?> entries) {
    enter();
    raw('{');
    for (int i = 0; i < entries.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      KeyValue entry = (KeyValue) entries.get(i);
      quoted(entry.getKey());
      raw(':');
      value(entry.getValue());
    }
    raw('}');
    depth--;
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value nests deeper than " + MAX_DEPTH + " arrays and maps");
    }
  }

  static String base64(Value<?> bytes) {
    ByteBuffer buffer = ((ByteBuffer) bytes.getValue()).duplicate();
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return Base64.getEncoder().encodeToString(copy);
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

  /** In UTF-8. A surrogate without its other half is a question mark, as the JDK has it. */
  private void escaped(String text) {
    int length = text.length();
    reserve(6L * length);
    byte[] target = array;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          target[at++] = '\\';
          target[at++] = (byte) c;
        } else if (c >= ' ') {
          target[at++] = (byte) c;
        } else {
          target[at++] = '\\';
          target[at++] = 'u';
          target[at++] = '0';
          target[at++] = '0';
          target[at++] = HEX[c >> 4];
          target[at++] = HEX[c & 0xf];
        }
      } else if (c < 0x800) {
        target[at++] = (byte) (0xc0 | (c >> 6));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        target[at++] = (byte) (0xe0 | (c >> 12));
        target[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        target[at++] = (byte) (0xf0 | (point >> 18));
        target[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        target[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (point & 0x3f));
      } else {
        target[at++] = '?';
      }
    }
    size = at;
  }

  /** Deprecated for what it does to other characters; nothing else copies without a new array. */
  @SuppressWarnings("deprecation")
  private static void lowBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private void reserve(long bytes) {
    if (array.length - size < bytes) {
      if (size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the documents are larger than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, Math.max(size + bytes, 2L * size)));
    }
  }
}
