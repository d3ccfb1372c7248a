/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;

/** Times that users give. */
final class Times {

  /** 146 years: half of what fits, so that a point of time that far from now is still later. */
  private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Times() {}

  /** Its nanoseconds, 146 years at most. */
  static long nanos(Duration time) {
    return bounded(time).toNanos();
  }

  /** The time, or 146 years if that is less: something to calculate with. */
  static Duration bounded(Duration time) {
    return time.compareTo(MAX) > 0 ? MAX : time;
  }

  /**
   * The time, if it is positive; 146 years at most.
   *
   * @throws IllegalArgumentException that names the setting if it is not
   */
  static Duration positive(String setting, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(setting + " is " + time + ": want more than zero");
    }
    return bounded(time);
  }

  /**
   * The time, if it is zero or more; 146 years at most.
   *
   * @throws IllegalArgumentException that names the setting if it is not
   */
  static Duration notNegative(String setting, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(setting + " is " + time + ": want zero or more");
    }
    return bounded(time);
  }
}
