/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the text goes. Safe for use by several threads, as a given executor may have several. */
interface Target {

  /** What it means when {@link #write} succeeds. */
  Delivery delivery();

  /** Writes a batch of at least one item, and flushes it. */
  ExportResult write(Batch batch) throws Exception;

  /** Whether {@link #force} has something to do. */
  default boolean needsForce() {
    return false;
  }

  /** Returns when what was written is where no crash takes it away. */
  default void force() throws IOException {}

  /** What a rotation removed, if this rotates. */
  default @Nullable RotationLog rotated() {
    return null;
  }

  /** Frees what the target opened itself; may be called while another thread writes. */
  void close() throws IOException;
}
