/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a file is full, and how many full ones are kept.
 *
 * @param maxBytes that no line may take a file beyond, unless it is the only one
 * @param every the length of a period, counted from 1970 on; each has a file of its own
 * @param keep the most full files
 * @param clock tells the period
 * @param log is told of what is removed
 */
record Rotation(long maxBytes, @Nullable Duration every, int keep, Clock clock, RotationLog log) {

  static final int KEEP_ALL = Integer.MAX_VALUE;

  static Rotation never() {
    return new Rotation(
        Long.MAX_VALUE, null, KEEP_ALL, Clock.systemUTC(), new RotationLog(Clock.systemUTC()));
  }

  /**
   * Whether a line belongs into a new file.
   *
   * @param size of the file, more than 0
   * @param line its bytes
   * @param lastWrite the time of the last line before it
   */
  boolean isDue(long size, long line, Instant lastWrite) {
    return size > maxBytes - line
        || (every != null && period(clock.instant(), every) > period(lastWrite, every));
  }

  private static long period(Instant time, Duration every) {
    return Math.floorDiv(time.toEpochMilli(), every.toMillis());
  }
}
