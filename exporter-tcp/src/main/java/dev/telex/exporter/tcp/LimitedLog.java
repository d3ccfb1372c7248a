/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Warnings: the first one at once, and then at most one a minute, which says how many were left
 * out. Safe for use by several threads.
 */
final class LimitedLog {

  private static final System.Logger LOGGER = System.getLogger(LimitedLog.class.getPackageName());
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private boolean begun;
  private long lastNanos;
  private long leftOut;

  LimitedLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void warn(String message, @Nullable Throwable cause) {
    String words;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (begun && now - lastNanos < INTERVAL_NANOS) {
        leftOut++;
        return;
      }
      begun = true;
      lastNanos = now;
      words = leftOut == 0 ? message : message + " (" + leftOut + " more since the last such line)";
      leftOut = 0;
    }
    LOGGER.log(System.Logger.Level.WARNING, words, cause);
  }
}
