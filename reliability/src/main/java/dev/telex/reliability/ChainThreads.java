/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one chain: one for timers, and one for each leg, so that a leg that hangs in an
 * exporter's call holds up nobody else. All are daemons, start when they are needed, and end when
 * they have had nothing to do for a while.
 */
final class ChainThreads {

  /** Batches that may wait for the thread of a leg; a further one is refused. */
  static final int MAX_WAITING = 16_384;

  private static final long IDLE_SECONDS = 10;

  private final Timers timers;
  private final @Nullable Executor givenExecutor;
  private final List<ExecutorService> owned = new ArrayList<>();

  ChainThreads(
      String chain,
      @Nullable ScheduledExecutorService givenScheduler,
      @Nullable Executor givenExecutor,
      LongSupplier nanoTime) {
    this.givenExecutor = givenExecutor;
    this.timers =
        givenScheduler == null
            ? new Timers(own(scheduler(chain)), nanoTime, false)
            : new Timers(givenScheduler, nanoTime, true);
  }

  Timers timers() {
    return timers;
  }

  Executor ofLeg(String leg) {
    if (givenExecutor != null) {
      return givenExecutor;
    }
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            daemons("telex-leg-" + leg),
            (task, pool) -> {
              throw new RejectedExecutionException(
                  pool.isShutdown()
                      ? "leg '" + leg + "' is shut down"
                      : "leg '" + leg + "' has " + MAX_WAITING + " batches waiting for its thread");
            });
    executor.allowCoreThreadTimeOut(true);
    return own(executor);
  }

  /** Stops what is ours. Nothing may be under way any more. */
  void close() {
    boolean interrupted = Thread.currentThread().isInterrupted();
    owned.forEach(ExecutorService::shutdownNow);
    if (!interrupted) {
      // This may be one of those threads; whoever continues on it was not interrupted.
      Thread.interrupted();
    }
  }

  private <T extends ExecutorService> T own(T executor) {
    owned.add(executor);
    return executor;
  }

  private static ScheduledExecutorService scheduler(String chain) {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(1, daemons("telex-timer-" + chain));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    scheduler.allowCoreThreadTimeOut(true);
    return scheduler;
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
