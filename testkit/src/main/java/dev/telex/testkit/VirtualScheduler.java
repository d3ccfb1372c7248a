/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler and its clock in one, whose time passes only when a test says so.
 *
 * <p>Tasks run on the thread that calls {@link #advance} or {@link #runDue}, in the order in which
 * they are due, and those due at the same time in the order in which they came. A cancelled task
 * leaves the queue at once. Tasks may be added from any thread.
 */
public final class VirtualScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {

  private final Object lock = new Object();
  private final PriorityQueue<Task<?>> queue =
      new PriorityQueue<>(
          Comparator.<Task<?>>comparingLong(task -> task.dueNanos)
              .thenComparingLong(task -> task.order));
  private long nowNanos;
  private long added;
  private boolean shutdown;

  /** A scheduler without tasks, at time zero. */
  public VirtualScheduler() {}

  /** The virtual time in nanoseconds, for whoever takes a {@link System#nanoTime} to inject. */
  public long nanoTime() {
    synchronized (lock) {
      return nowNanos;
    }
  }

  /** The virtual time since the start. */
  public Duration now() {
    return Duration.ofNanos(nanoTime());
  }

  /** How many tasks wait, due or not. */
  public int pending() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /** How long until the next task is due, zero if one is; empty without tasks. */
  public Optional<Duration> untilNext() {
    synchronized (lock) {
      Task<?> next = queue.peek();
      return next == null
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(Math.max(0, next.dueNanos - nowNanos)));
    }
  }

  /** Runs what is due now, and what that adds to be run at once. */
  public void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * Lets time pass, running each task when it is due.
   *
   * @param time zero or more
   */
  public void advance(Duration time) {
    long until;
    synchronized (lock) {
      until = nowNanos + time.toNanos();
    }
    while (true) {
      Task<?> next;
      synchronized (lock) {
        next = queue.peek();
        if (next == null || next.dueNanos > until) {
          nowNanos = Math.max(nowNanos, until);
          return;
        }
        queue.remove(next);
        nowNanos = Math.max(nowNanos, next.dueNanos);
      }
      next.runOnce();
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(new Task<@Nullable Void>(callable(command), due(delay, unit), 0));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return add(new Task<>(callable, due(delay, unit), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return add(
        new Task<@Nullable Void>(callable(command), due(initialDelay, unit), unit.toNanos(period)));
  }

  /** As {@link #scheduleAtFixedRate}: a virtual task takes no time. */
  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return scheduleAtFixedRate(command, initialDelay, delay, unit);
  }

  /** Adds a task that is due now; it runs with the next {@link #advance} or {@link #runDue}. */
  @Override
  public void execute(Runnable command) {
    add(new Task<@Nullable Void>(callable(command), nanoTime(), 0));
  }

  /** Refuses new tasks; those that wait stay. */
  @Override
  public void shutdown() {
    synchronized (lock) {
      shutdown = true;
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lock) {
      shutdown = true;
      List<Runnable> left = new ArrayList<>(queue);
      queue.clear();
      return left;
    }
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    synchronized (lock) {
      return shutdown && queue.isEmpty();
    }
  }

  /** Does not wait: virtual time does not pass by itself. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }

  private long due(long delay, TimeUnit unit) {
    long due = nanoTime() + Math.max(0, unit.toNanos(delay));
    return due < 0 ? Long.MAX_VALUE : due;
  }

  private <V extends @Nullable Object> Task<V> add(Task<V> task) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("the virtual scheduler is shut down");
      }
      task.order = added++;
      queue.add(task);
      return task;
    }
  }

  private static Callable<@Nullable Void> callable(Runnable command) {
    return () -> {
      command.run();
      return null;
    };
  }

  private final class Task<V extends @Nullable Object> extends FutureTask<V>
      implements ScheduledFuture<V> {
    private final long periodNanos;
    private long dueNanos;
    private long order;

    Task(Callable<V> callable, long dueNanos, long periodNanos) {
      super(callable);
      this.dueNanos = dueNanos;
      this.periodNanos = periodNanos;
    }

    void runOnce() {
      if (periodNanos == 0) {
        run();
      } else if (runAndReset()) {
        synchronized (lock) {
          dueNanos += periodNanos;
          order = added++;
          queue.add(this);
        }
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      synchronized (lock) {
        queue.remove(this);
      }
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
