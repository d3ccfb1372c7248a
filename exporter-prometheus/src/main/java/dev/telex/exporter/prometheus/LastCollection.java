/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of the last collection. Safe for use by several threads. */
final class LastCollection {

  private static final int FIRST_GUESS = 8192;

  /**
   * What there is to know of it.
   *
   * @param at when it was made
   * @param collectNanos what the collection took
   * @param convertNanos what the translation took
   * @param families of Prometheus
   * @param series in all families
   * @param dropped data points that were left out, by the reason
   * @param bytes of each format that was asked for since the exporter was built
   */
  record Figures(
      Instant at,
      long collectNanos,
      long convertNanos,
      int families,
      int series,
      Map<String, Integer> dropped,
      Map<ExpositionFormat, Integer> bytes) {}

  private final InstantSource clock;
  private final Map<ExpositionFormat, Integer> bytes = new EnumMap<>(ExpositionFormat.class);
  private @Nullable Instant at;
  private long collectNanos;
  private long convertNanos;
  private int families;
  private int series;
  private Map<String, Integer> dropped = Map.of();

  LastCollection(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void converted(Conversion conversion, long toCollect, long toConvert) {
    at = clock.instant();
    collectNanos = toCollect;
    convertNanos = toConvert;
    families = conversion.families().size();
    series = conversion.series();
    dropped = Map.copyOf(conversion.dropped());
  }

  synchronized void encoded(ExpositionFormat format, int size) {
    bytes.put(format, size);
  }

  /** A good size for the next buffer. */
  synchronized int expectedBytes(ExpositionFormat format) {
    Integer known = bytes.get(format);
    return known == null ? FIRST_GUESS : known + known / 16 + 64;
  }

  /** Null before the first collection. */
  synchronized @Nullable Figures figures() {
    return at == null
        ? null
        : new Figures(
            at, collectNanos, convertNanos, families, series, dropped, new EnumMap<>(bytes));
  }
}
