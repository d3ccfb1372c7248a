/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.util.function.LongSupplier;

/** Runs a worker's steps, one after the other. */
interface Runner extends Waker {

  /**
   * Begins.
   *
   * @param step gives the nanoseconds after which the next step is due unless it is woken, 0 to run
   *     again at once, less than 0 when it was the last
   */
  void begin(LongSupplier step);

  /** Interrupts what blocks a step. */
  void interrupt();
}
