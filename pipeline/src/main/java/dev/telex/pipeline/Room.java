/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where callers wait for room in a queue, for {@link Overflow#block}. */
final class Room {

  private final long maxWaitNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition made = lock.newCondition();

  /** Read without the lock, so that a queue without waiters costs nothing. */
  private final AtomicInteger waiting = new AtomicInteger();

  Room(Duration maxWait) {
    this.maxWaitNanos = Times.nanos(maxWait);
  }

  /**
   * Tries again until it works, the time is over, this thread is interrupted, or there will be no
   * room any more.
   *
   * @return whether it worked
   */
  boolean await(BooleanSupplier attempt, BooleanSupplier closed) {
    long left = maxWaitNanos;
    lock.lock();
    try {
      waiting.incrementAndGet();
      while (!closed.getAsBoolean()) {
        // After the count has gone up: who makes room after this attempt sees that somebody waits.
        if (attempt.getAsBoolean()) {
          return true;
        }
        if (left <= 0) {
          return false;
        }
        left = made.awaitNanos(left);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }

  /** There may be room, or there will be none any more. */
  void made() {
    if (waiting.get() > 0) {
      lock.lock();
      try {
        made.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
