/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.InFlight;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clock and the timers of a chain.
 *
 * <p>A timer always ends: when its time has come, when it is cancelled, or when it is lost because
 * the scheduler takes no more tasks or has thrown those away that it had. The last can happen to a
 * scheduler that somebody else owns, and nobody is told of it. So while such a scheduler has timers
 * of ours, another clock looks after it once a second.
 */
final class Timers {

  private static final Executor WATCH =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);

  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final boolean watched;
  private final Set<Timer> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watching = new AtomicBoolean();

  /**
   * Timers on a scheduler.
   *
   * @param watched whether somebody else might shut it down
   */
  Timers(ScheduledExecutorService scheduler, LongSupplier nanoTime, boolean watched) {
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.watched = watched;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** The same time for those who ask for the time of day; it begins anywhere. */
  Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return Instant.EPOCH.plusNanos(now());
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock has no time of day");
      }
    };
  }

  /** In nanoseconds; of more than 292 years, the longest there are. */
  static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  /**
   * Runs {@code task} after {@code delay}.
   *
   * @param lost runs instead when the scheduler will not run it; maybe before this returns
   */
  Timer after(Duration delay, Runnable task, Runnable lost) {
    Timer timer = new Timer(now() + nanos(delay), task, lost);
    if (watched) {
      waiting.add(timer);
    }
    try {
      timer.scheduled(scheduler.schedule(timer, nanos(delay), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException e) {
      timer.lose();
      return timer;
    }
    watch();
    return timer;
  }

  /**
   * Waits for what is in flight, and cuts it off at a point in time.
   *
   * @return as {@link InFlight#drain}
   */
  CompletionStage<ExportResult> drain(InFlight inFlight, long deadlineNanos) {
    CompletionStage<ExportResult> idle = inFlight.drain();
    if (!idle.toCompletableFuture().isDone()) {
      Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - now()));
      if (left.isZero()) {
        inFlight.cutOff();
      } else {
        // Without a clock there is no grace to give.
        Timer timer = after(left, inFlight::cutOff, inFlight::cutOff);
        idle.thenRun(timer::cancel);
      }
    }
    return idle;
  }

  private void watch() {
    if (watched && !waiting.isEmpty() && watching.compareAndSet(false, true)) {
      WATCH.execute(
          () -> {
            watching.set(false);
            if (scheduler.isTerminated()) {
              waiting.stream().sorted(Timer.BY_TIME).forEach(Timer::lose);
            }
            watch();
          });
    }
  }

  /** One timer. */
  final class Timer implements Runnable {
    private static final Comparator<Timer> BY_TIME =
        Comparator.comparingLong(timer -> timer.dueNanos);

    private final long dueNanos;
    private final Runnable task;
    private final Runnable lost;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Future<?> future;

    private Timer(long dueNanos, Runnable task, Runnable lost) {
      this.dueNanos = dueNanos;
      this.task = task;
      this.lost = lost;
    }

    @Override
    public void run() {
      if (end()) {
        task.run();
      }
    }

    /** It will not run any more, unless it does already. */
    void cancel() {
      if (end()) {
        cancelFuture();
      }
    }

    private void lose() {
      if (end()) {
        lost.run();
      }
    }

    private boolean end() {
      waiting.remove(this);
      return over.compareAndSet(false, true);
    }

    private void scheduled(Future<?> running) {
      future = running;
      if (over.get()) {
        cancelFuture();
      }
    }

    private void cancelFuture() {
      Future<?> running = future;
      if (running != null) {
        running.cancel(false);
      }
    }
  }
}
