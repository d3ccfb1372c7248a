/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

/** Reads the two messages that an OTLP server answers with, in one of the two encodings. */
interface AnswerReader {

  /**
   * Reads an {@code Export<Signal>ServiceResponse}. Unknown fields are passed over.
   *
   * @return {@link PartialSuccess#NONE} if the server took everything
   */
  PartialSuccess readResponse(byte[] body) throws MalformedAnswerException;

  /**
   * Reads the message of a {@code google.rpc.Status}, the body of a failure of HTTP and the details
   * of one of gRPC.
   *
   * @return empty if there is none
   */
  String readStatusMessage(byte[] body) throws MalformedAnswerException;
}
