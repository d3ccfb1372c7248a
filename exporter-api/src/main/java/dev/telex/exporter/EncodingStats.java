/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * How often encodings and compressions really ran, counted by the code that runs them.
 *
 * @param encodings runs of an {@link Encoding}, failed ones too
 * @param encodedBytes bytes that those runs made
 * @param compressions runs of a {@link Compression}, failed ones too
 * @param compressedBytes bytes that those runs made
 */
public record EncodingStats(
    long encodings, long encodedBytes, long compressions, long compressedBytes) {

  /** The sums over all batches since the class was loaded. */
  public static EncodingStats ofProcess() {
    return EncodingTally.PROCESS.snapshot();
  }
}
