/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.Optional;

/**
 * What an exporter needs to know about one attempt, and how it learns that nobody waits for it any
 * more.
 *
 * <p>Cancellation travels through the context and never through the stage that an exporter
 * returned: cancelling a stage does not reach the work behind it. Implementations are safe for use
 * by several threads.
 *
 * @see CancellableContext
 */
public interface ExportContext {

  /** A context of a first attempt with all the time in the world, which is never cancelled. */
  static ExportContext none() {
    return CancellableContext.NONE;
  }

  /** The number of this attempt, from 1. */
  int attempt();

  /** The time that is left for this attempt, zero or more; empty without a limit. */
  Optional<Duration> remaining();

  /** Whether the result is of no interest any more. */
  boolean isCancelled();

  /**
   * Runs {@code abort} once when this export is cancelled, on the thread that cancels; at once, on
   * this thread, if it is already. It should end the work underneath and complete the exporter's
   * stage, and must neither block nor throw.
   */
  void onCancel(Runnable abort);
}
