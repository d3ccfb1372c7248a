/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads answers in binary protobuf (protobuf.dev, "Encoding"). Three fields do not need a library.
 */
final class ProtobufAnswerReader implements AnswerReader {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  @Override
  public PartialSuccess readResponse(byte[] body) throws MalformedAnswerException {
    Field partialSuccess = new Field(1, LENGTH_DELIMITED);
    read(ByteBuffer.wrap(body), partialSuccess);
    Field rejected = new Field(1, VARINT);
    Field message = new Field(2, LENGTH_DELIMITED);
    read(partialSuccess.bytes, rejected, message);
    return new PartialSuccess(rejected.number, message.text());
  }

  @Override
  public String readStatusMessage(byte[] body) throws MalformedAnswerException {
    Field message = new Field(2, LENGTH_DELIMITED);
    read(ByteBuffer.wrap(body), message);
    return message.text();
  }

  private static void read(ByteBuffer in, Field... wanted) throws MalformedAnswerException {
    try {
      in.order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        long tag = varint(in);
        long number = tag >>> 3;
        int type = (int) (tag & 7);
        if (number == 0) {
          throw new MalformedAnswerException("field number 0");
        }
        long value = 0;
        ByteBuffer bytes = in;
        switch (type) {
          case VARINT -> value = varint(in);
          case FIXED64 -> in.getLong();
          case FIXED32 -> in.getInt();
          case LENGTH_DELIMITED -> bytes = bytes(in);
          default -> throw new MalformedAnswerException("wire type " + type);
        }
        for (Field field : wanted) {
          if (field.wanted == number && field.type == type) {
            field.number = value;
            field.bytes = bytes;
          }
        }
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedAnswerException("it ends in the middle of a field", e);
    }
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

  /** A field to look for, and the last value that was found. */
  private static final class Field {
    private final int wanted;
    private final int type;
    private long number;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    Field(int wanted, int type) {
      this.wanted = wanted;
      this.type = type;
    }

    String text() {
      return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
  }
}
