/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.concurrent.atomic.LongAdder;

/** The counts behind {@link ScrapeStats}. */
final class Tally {

  final LongAdder scrapes = new LongAdder();
  final LongAdder collections = new LongAdder();
  final LongAdder conversions = new LongAdder();
  final LongAdder encodings = new LongAdder();
  final LongAdder compressions = new LongAdder();
  final LongAdder failures = new LongAdder();

  ScrapeStats stats() {
    return new ScrapeStats(
        scrapes.sum(),
        collections.sum(),
        conversions.sum(),
        encodings.sum(),
        compressions.sum(),
        failures.sum());
  }
}
