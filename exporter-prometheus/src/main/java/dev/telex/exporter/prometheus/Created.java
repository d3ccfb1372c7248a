/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.concurrent.TimeUnit;

/** Times of OpenTelemetry as those of Prometheus. */
final class Created {

  private Created() {}

  /** Milliseconds; 0, which is none, if there is none. */
  static long millis(long epochNanos) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(epochNanos));
  }
}
