/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;

/** Writes a batch as the protobuf message of its signal. */
final class OtlpProtobuf {

  private OtlpProtobuf() {}

  @SuppressWarnings("DoNotCallSuggester")
  static byte[] encode(Batch batch) {
    throw new UnsupportedOperationException("OTLP protobuf of " + batch);
  }
}
