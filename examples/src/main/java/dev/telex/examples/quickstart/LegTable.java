/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import dev.telex.reliability.DeliveryStats;
import java.util.Locale;
import java.util.Map;

/** What became of every item, a row for each leg and signal. */
final class LegTable {

  private LegTable() {}

  static String of(Map<DeliveryStats.Key, DeliveryStats.Counts> legs) {
    StringBuilder table =
        new StringBuilder(
            row(
                "leg",
                "signal",
                "batches",
                "items",
                "delivered",
                "rejected",
                "fell back",
                "failed",
                "retries"));
    legs.forEach(
        (key, counts) ->
            table.append(
                row(
                    key.leg(),
                    key.signal().id(),
                    counts.batches(),
                    counts.items(),
                    counts.delivered(),
                    counts.rejected(),
                    counts.fellBack(),
                    counts.dropped(),
                    counts.retries())));
    return table.toString();
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-10s %-8s %8s %9s %10s %9s %9s %8s %8s%n", cells);
  }
}
