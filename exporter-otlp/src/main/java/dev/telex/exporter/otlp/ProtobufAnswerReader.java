/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import java.nio.ByteBuffer;

/** Reads answers in binary protobuf. */
final class ProtobufAnswerReader implements AnswerReader {

  @Override
  public PartialSuccess readResponse(byte[] body) throws MalformedAnswerException {
    ProtobufField partialSuccess = ProtobufField.bytes(1);
    ProtobufField.read(ByteBuffer.wrap(body), partialSuccess);
    ProtobufField rejected = ProtobufField.number(1);
    ProtobufField message = ProtobufField.bytes(2);
    ProtobufField.read(partialSuccess.bytes(), rejected, message);
    return new PartialSuccess(rejected.number(), message.text());
  }

  @Override
  public String readStatusMessage(byte[] body) throws MalformedAnswerException {
    ProtobufField message = ProtobufField.bytes(2);
    ProtobufField.read(ByteBuffer.wrap(body), message);
    return message.text();
  }
}
