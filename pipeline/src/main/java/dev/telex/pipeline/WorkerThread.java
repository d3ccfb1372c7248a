/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A worker on a daemon thread of its own. It is parked and unparked rather than given tasks: what
 * instruments executors would take the context of the caller that woke it along, and with it the
 * span.
 */
final class WorkerThread implements Runner {

  private final Thread thread;
  private volatile LongSupplier step = () -> -1;
  private volatile boolean notified;
  private volatile boolean parked;

  WorkerThread(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  @Override
  public void begin(LongSupplier first) {
    step = first;
    thread.start();
  }

  @Override
  public void wake() {
    notified = true;
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void interrupt() {
    thread.interrupt();
  }

  private void run() {
    while (true) {
      notified = false;
      long nanos;
      try {
        nanos = step.getAsLong();
      } catch (Throwable e) {
        // Whatever it was, others wait for this thread; the next step finds a consistent queue.
        Pipeline.LOGGER.log(
            System.Logger.Level.ERROR, "a step of " + thread.getName() + " failed", e);
        continue;
      }
      if (nanos < 0) {
        return;
      }
      if (nanos > 0) {
        parked = true;
        if (!notified) {
          LockSupport.parkNanos(this, nanos);
        }
        parked = false;
      }
    }
  }
}
