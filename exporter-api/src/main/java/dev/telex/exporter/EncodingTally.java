/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The counters behind {@link EncodingStats}: one for each family of batches, and one for all. */
final class EncodingTally {

  static final EncodingTally PROCESS = new EncodingTally(null);

  private final @Nullable EncodingTally parent;
  private final LongAdder encodings = new LongAdder();
  private final LongAdder encodedBytes = new LongAdder();
  private final LongAdder compressions = new LongAdder();
  private final LongAdder compressedBytes = new LongAdder();

  private EncodingTally(@Nullable EncodingTally parent) {
    this.parent = parent;
  }

  static EncodingTally ofFamily() {
    return new EncodingTally(PROCESS);
  }

  void run(boolean compression) {
    (compression ? compressions : encodings).increment();
    if (parent != null) {
      parent.run(compression);
    }
  }

  void made(boolean compression, long bytes) {
    (compression ? compressedBytes : encodedBytes).add(bytes);
    if (parent != null) {
      parent.made(compression, bytes);
    }
  }

  EncodingStats snapshot() {
    return new EncodingStats(
        encodings.sum(), encodedBytes.sum(), compressions.sum(), compressedBytes.sum());
  }
}
