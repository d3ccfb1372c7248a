/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.testkit.VirtualScheduler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs a worker's steps in virtual time, on the thread of the test. */
final class VirtualRunner implements Runner {

  private final VirtualScheduler scheduler;
  private final Object lock = new Object();
  private @Nullable LongSupplier step;
  private @Nullable Future<?> next;
  private boolean ended;

  VirtualRunner(VirtualScheduler scheduler) {
    this.scheduler = scheduler;
  }

  static Threads threads(VirtualScheduler scheduler) {
    return new Threads(scheduler, name -> new VirtualRunner(scheduler));
  }

  @Override
  public void begin(LongSupplier first) {
    step = first;
    wake();
  }

  @Override
  public void wake() {
    runAfter(0);
  }

  @Override
  public void interrupt() {}

  private void runAfter(long nanos) {
    synchronized (lock) {
      // The scheduler refuses tasks once the pipeline has shut it down.
      if (ended || step == null || scheduler.isShutdown()) {
        return;
      }
      if (next != null) {
        next.cancel(false);
      }
      next = scheduler.schedule(this::run, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    LongSupplier mine = step;
    if (mine == null) {
      return;
    }
    synchronized (lock) {
      next = null;
    }
    long nanos;
    do {
      nanos = mine.getAsLong();
    } while (nanos == 0);
    synchronized (lock) {
      if (nanos < 0) {
        ended = true;
      } else if (next == null) {
        runAfter(nanos);
      }
    }
  }
}
