/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bounds of buckets, and quantiles, as text: decimal, without an exponent. */
final class Bounds {

  /** The upper bound of the last bucket. */
  static final String INFINITE = "+Inf";

  /** Those of one instrument are the same list for all of its points. */
  private static volatile @Nullable Known last;

  private Bounds() {}

  /** The texts of bounds, which are finite. */
  static List<String> texts(List<Double> bounds) {
    Known known = last;
    if (known != null && known.bounds == bounds) {
      return known.texts;
    }
    List<String> texts = bounds.stream().map(Bounds::text).toList();
    last = new Known(bounds, texts);
    return texts;
  }

  static String text(double bound) {
    if (!Double.isFinite(bound)) {
      return bound > 0 ? INFINITE : bound < 0 ? "-Inf" : "NaN";
    }
    if (bound == Math.rint(bound) && Math.abs(bound) < 1e15) {
      return Long.toString((long) bound);
    }
    return new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
  }

  private record Known(List<Double> bounds, List<String> texts) {}
}
