/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Log lines of one kind: the first one at once, and then at most one a minute, which says how many
 * were left out. Safe for use by several threads.
 */
final class LimitedLog {

  private static final System.Logger LOGGER = System.getLogger(LimitedLog.class.getPackageName());
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Object lock = new Object();
  private boolean begun;
  private long lastNanos;
  private long leftOut;

  LimitedLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void warn(Supplier<String> message, @Nullable Throwable cause) {
    long missing;
    synchronized (lock) {
      if (isTooEarly()) {
        leftOut++;
        return;
      }
      missing = leftOut;
      leftOut = 0;
      justNow();
    }
    String words = message.get();
    LOGGER.log(
        System.Logger.Level.WARNING,
        missing == 0 ? words : words + " (" + missing + " more since the last such line)",
        cause);
  }

  /** Logs a line that sums up, when it is time for one; nothing if it is empty. */
  void warnIfAny(Supplier<String> sum) {
    String words;
    synchronized (lock) {
      words = isTooEarly() ? "" : sum.get();
      if (words.isEmpty()) {
        return;
      }
      justNow();
    }
    LOGGER.log(System.Logger.Level.WARNING, words);
  }

  /** As {@link #warnIfAny}, at any time: for the last word. */
  void last(Supplier<String> sum) {
    String words;
    synchronized (lock) {
      words = sum.get();
    }
    if (!words.isEmpty()) {
      LOGGER.log(System.Logger.Level.WARNING, words);
    }
  }

  /** The last word: how many lines nobody has read. */
  void end(String what) {
    long missing;
    synchronized (lock) {
      missing = leftOut;
      leftOut = 0;
    }
    if (missing > 0) {
      LOGGER.log(
          System.Logger.Level.WARNING, what + ": " + missing + " more since the last such line");
    }
  }

  private boolean isTooEarly() {
    long since = nanoTime.getAsLong() - lastNanos;
    // A clock that went back does not silence it.
    return begun && since < INTERVAL_NANOS && since >= 0;
  }

  private void justNow() {
    begun = true;
    lastNanos = nanoTime.getAsLong();
  }
}
