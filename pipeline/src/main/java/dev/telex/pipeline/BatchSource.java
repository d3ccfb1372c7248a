/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The side of a queue that its worker sees. All but the counts and {@link #close} is for one thread
 * at a time.
 */
interface BatchSource {

  /** The worker is awake: nobody needs to wake it. */
  void awake();

  /**
   * The next batch to export.
   *
   * @param rest whether what waits is wanted even if it is less than a full batch
   * @return null if there is none
   */
  @Nullable Batch next(boolean rest);

  /** No export may begin now: looks at what has come in the meantime. */
  void settle();

  /**
   * The worker wants to sleep.
   *
   * @param mayExport whether it could export a full batch
   * @return whether it may: from now on it is woken when there is something to do. If not, there is
   *     already
   */
  boolean sleep(boolean mayExport);

  /** Tells whether all that waits now has left the queue. */
  BooleanSupplier mark();

  /** The regular moment has come. */
  default void tick() {}

  /** Takes no more items. */
  void close();

  /** Nobody comes for what is left, or comes later: it is dropped. */
  void end();

  /** How many items came. */
  long emitted();

  /** How many items wait. */
  long queued();
}
