/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;

/** Writes a batch as OTLP JSON in UTF-8. */
final class OtlpJson {

  private OtlpJson() {}

  @SuppressWarnings("DoNotCallSuggester")
  static byte[] encode(Batch batch) {
    throw new UnsupportedOperationException("OTLP JSON of " + batch);
  }
}
