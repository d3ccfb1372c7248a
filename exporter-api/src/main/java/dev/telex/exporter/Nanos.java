/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;

/** Times that users give, as nanoseconds. */
final class Nanos {

  /** 146 years. Half of what fits, so that a point of time that far from now is still later. */
  private static final long MAX = Long.MAX_VALUE / 2;

  private Nanos() {}

  /** The nanoseconds of a time: 0 of a negative one, 146 years of one that means for ever. */
  static long of(Duration time) {
    if (time.isNegative()) {
      return 0;
    }
    return time.compareTo(Duration.ofNanos(MAX)) > 0 ? MAX : time.toNanos();
  }
}
