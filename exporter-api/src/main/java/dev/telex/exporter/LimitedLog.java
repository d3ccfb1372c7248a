/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Warnings of one kind that may come often: the first one is logged at once, and then at most one a
 * minute, which says how many were left out.
 *
 * <pre>{@code
 * private final LimitedLog refusals = new LimitedLog(System.getLogger("com.example"));
 *
 * refusals.warn(() -> "the server refuses: " + answer, null);
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class LimitedLog {

  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final System.Logger logger;
  private final LongSupplier nanoTime;
  private final Object lock = new Object();
  private boolean begun;
  private long lastNanos;
  private long leftOut;

  /** To a logger, by the JVM's clock. */
  public LimitedLog(System.Logger logger) {
    this(logger, System::nanoTime);
  }

  /**
   * To a logger, by another clock.
   *
   * @param nanoTime as {@link System#nanoTime}; if it goes back, the next warning is logged
   */
  public LimitedLog(System.Logger logger, LongSupplier nanoTime) {
    this.logger = logger;
    this.nanoTime = nanoTime;
  }

  /**
   * Logs a warning, if it is time for one, and counts it otherwise.
   *
   * @param message asked for only if it is logged
   */
  public void warn(Supplier<String> message, @Nullable Throwable cause) {
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
    logger.log(
        System.Logger.Level.WARNING,
        missing == 0 ? words : words + " (" + missing + " more since the last such line)",
        cause);
  }

  /**
   * Logs a line that sums up what happened since the last one, if it is time for one.
   *
   * @param sum asked for only then; nothing is logged if it is empty
   */
  public void warnIfAny(Supplier<String> sum) {
    String words;
    synchronized (lock) {
      words = isTooEarly() ? "" : sum.get();
      if (words.isEmpty()) {
        return;
      }
      justNow();
    }
    logger.log(System.Logger.Level.WARNING, words);
  }

  /** As {@link #warnIfAny}, at any time: for the last word. */
  public void last(Supplier<String> sum) {
    String words;
    synchronized (lock) {
      words = sum.get();
    }
    if (!words.isEmpty()) {
      logger.log(System.Logger.Level.WARNING, words);
    }
  }

  /**
   * The last word: how many warnings were left out since the last one, if any.
   *
   * @param what they were of
   */
  public void end(String what) {
    long missing;
    synchronized (lock) {
      missing = leftOut;
      leftOut = 0;
    }
    if (missing > 0) {
      logger.log(
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
