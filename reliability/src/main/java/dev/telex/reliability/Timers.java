/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The one clock and the one scheduler of a chain. */
record Timers(ScheduledExecutorService scheduler, LongSupplier nanoTime) {

  long now() {
    return nanoTime.getAsLong();
  }

  /** In nanoseconds; of more than 292 years, the longest there are. */
  static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /** Runs {@code task} after {@code delay}; empty if the scheduler is shut down. */
  Optional<Future<?>> after(Duration delay, Runnable task) {
    try {
      return Optional.of(scheduler.schedule(task, nanos(delay), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }
}
