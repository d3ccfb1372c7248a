/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One timer; without one if its scheduler is shut down already. */
final class Timer {

  private final @Nullable ScheduledFuture<?> future;

  private Timer(@Nullable ScheduledFuture<?> future) {
    this.future = future;
  }

  static Timer none() {
    return new Timer(null);
  }

  static Timer after(Duration delay, ScheduledExecutorService scheduler, Runnable task) {
    try {
      return new Timer(scheduler.schedule(task, Times.nanos(delay), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      // The pipeline has shut down, and has ended by itself what the timer would end.
      return new Timer(null);
    }
  }

  void cancel() {
    if (future != null) {
      future.cancel(false);
    }
  }
}
