/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A field to look for in a message of binary protobuf (protobuf.dev, "Encoding"), and what was
 * found of it. A handful of fields do not need a library.
 */
final class ProtobufField {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final int wanted;
  private final int type;
  private final boolean repeated;
  private long number;
  private final List<ByteBuffer> found = new ArrayList<>();

  private ProtobufField(int wanted, int type, boolean repeated) {
    this.wanted = wanted;
    this.type = type;
    this.repeated = repeated;
  }

  /** An integer of any width, but not of a {@code sint} or {@code fixed} type. */
  static ProtobufField number(int number) {
    return new ProtobufField(number, VARINT, false);
  }

  /** A text, bytes or a message. */
  static ProtobufField bytes(int number) {
    return new ProtobufField(number, LENGTH_DELIMITED, false);
  }

  /** Any number of them. */
  static ProtobufField repeatedBytes(int number) {
    return new ProtobufField(number, LENGTH_DELIMITED, true);
  }

  /** Reads a message to its end. All other fields are passed over. */
  static void read(ByteBuffer message, ProtobufField... wanted) throws MalformedAnswerException {
    ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (in.hasRemaining()) {
        long tag = varint(in);
        long number = tag >>> 3;
        int type = (int) (tag & 7);
        if (number == 0) {
          throw new MalformedAnswerException("field number 0");
        }
        long value = 0;
        ByteBuffer bytes = NONE;
        switch (type) {
          case VARINT -> value = varint(in);
          case FIXED64 -> in.getLong();
          case FIXED32 -> in.getInt();
          case LENGTH_DELIMITED -> bytes = bytes(in);
          default -> throw new MalformedAnswerException("wire type " + type);
        }
        for (ProtobufField field : wanted) {
          if (field.wanted == number && field.type == type) {
            field.take(value, bytes);
          }
        }
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedAnswerException("it ends in the middle of a field", e);
    }
  }

  /** The last value; 0 if there is none. */
  long number() {
    return number;
  }

  /** The last value; empty if there is none. */
  ByteBuffer bytes() {
    return found.isEmpty() ? NONE : found.get(found.size() - 1);
  }

  /** The last value as text; empty if there is none. */
  String text() {
    return StandardCharsets.UTF_8.decode(bytes().duplicate()).toString();
  }

  /** All values of a repeated field; of another the last. */
  List<ByteBuffer> all() {
    return found;
  }

  private void take(long value, ByteBuffer bytes) {
    number = value;
    if (!repeated) {
      // An answer of a few megabytes has room for millions.
      found.clear();
    }
    found.add(bytes);
  }

  private static ByteBuffer bytes(ByteBuffer in) throws MalformedAnswerException {
    long length = varint(in);
    if (length < 0 || length > in.remaining()) {
      throw new MalformedAnswerException("it ends in the middle of a field");
    }
    ByteBuffer bytes = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return bytes;
  }

  private static long varint(ByteBuffer in) throws MalformedAnswerException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedAnswerException("a number of more than 64 bits");
  }
}
