/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** Times as Elasticsearch reads them. */
final class Timestamps {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private Timestamps() {}

  static long millis(long epochNanos) {
    return Math.floorDiv(epochNanos, NANOS_PER_MILLI);
  }

  /**
   * As a text of milliseconds with six digits after the point, which keeps the nanoseconds in a
   * field of the type {@code date_nanos}. All six, because Elasticsearch reads them as a decimal
   * fraction.
   */
  static void write(long epochNanos, JsonOutput out) {
    out.raw('"');
    out.number(millis(epochNanos));
    out.raw('.');
    out.padded(Math.floorMod(epochNanos, NANOS_PER_MILLI), 6);
    out.raw('"');
  }

  /** As ISO 8601, with the nanoseconds if there are some. */
  static String iso(long epochNanos) {
    return DateTimeFormatter.ISO_INSTANT.format(Instant.EPOCH.plusNanos(epochNanos));
  }
}
