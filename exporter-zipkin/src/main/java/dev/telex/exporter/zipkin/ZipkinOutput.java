/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.ByteOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What JSON and protobuf write. Not safe for use by several threads. */
final class ZipkinOutput extends ByteOutput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_VARINT = 10;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  // --- JSON ---

  /** A string, with its quotation marks. */
  void quoted(String text) {
    if (!quotedIfPlain(text)) {
      raw('"');
      escaped(text);
      raw('"');
    }
  }

  /**
   * In ASCII alone: Zipkin (3.6.1) loses characters of several bytes where its buffers end, if the
   * body was compressed. A surrogate without its other half is a question mark, as in UTF-8.
   */
  private void escaped(String text) {
    int length = text.length();
    byte[] target = room(6L * length);
    int at = size();
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
    advance(at - size());
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
    room(lengthBytes);
    advance(lengthBytes);
    return size();
  }

  /** Ends the message that began there. */
  void close(int begin, int lengthBytes) {
    int length = size() - begin;
    int needed = varintBytes(length);
    if (needed != lengthBytes) {
      byte[] array = room(MAX_VARINT);
      System.arraycopy(array, begin, array, begin + needed - lengthBytes, length);
    }
    int end = size() + needed - lengthBytes;
    truncate(begin - lengthBytes);
    varint(length);
    advance(end - size());
  }

  void text(int tag, String text) {
    int length = text.length();
    room(length + 2L * MAX_VARINT);
    int start = size();
    varint(tag);
    varint(length);
    lowBytes(text, room(length), size());
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all < 0x80) {
      advance(length);
    } else {
      truncate(start);
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
    byte[] array = room(length);
    int at = size();
    for (int i = 0; i < digits.length(); i += 2) {
      array[at++] =
          (byte)
              (Character.digit(digits.charAt(i), 16) << 4
                  | Character.digit(digits.charAt(i + 1), 16));
    }
    advance(length);
  }

  void fixed64(int tag, long value) {
    varint(tag);
    LONGS.set(room(Long.BYTES), size(), value);
    advance(Long.BYTES);
  }

  void number(int tag, long value) {
    varint(tag);
    varint(value);
  }

  private void varint(long value) {
    byte[] array = room(MAX_VARINT);
    int at = size();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[at++] = (byte) rest;
    advance(at - size());
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }
}
