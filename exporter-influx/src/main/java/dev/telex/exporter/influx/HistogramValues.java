/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of a histogram of either kind, with explicit bounds and cumulative counts.
 *
 * <p>Of an exponential histogram (OpenTelemetry specification, {@code metrics/data-model.md},
 * "ExponentialHistogram") the bounds are exact: those of its buckets that are not empty, and the
 * zero between the negative and the positive ones. A run of empty buckets is one bucket, which
 * changes no count. So the bounds depend on the values, and on the scale that they made necessary:
 * every count is cumulative up to its own bound, and can be compared whatever other bounds there
 * are.
 */
final class HistogramValues {

  private final double count;
  private final double sum;
  private final double min;
  private final double max;
  private final List<String> bounds;
  private final long[] cumulative;

  private HistogramValues(
      double count, double sum, double min, double max, List<String> bounds, long[] cumulative) {
    this.count = count;
    this.sum = sum;
    this.min = min;
    this.max = max;
    this.bounds = bounds;
    this.cumulative = cumulative;
  }

  static HistogramValues of(HistogramPointData point) {
    List<Long> counts = point.getCounts();
    long[] cumulative = new long[counts.size()];
    long sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      sum += counts.get(i);
      cumulative[i] = sum;
    }
    return new HistogramValues(
        (double) point.getCount(),
        point.getSum(),
        point.hasMin() ? point.getMin() : Double.NaN,
        point.hasMax() ? point.getMax() : Double.NaN,
        Bounds.texts(point.getBoundaries()),
        cumulative);
  }

  static HistogramValues of(ExponentialHistogramPointData point) {
    Conversion conversion = new Conversion();
    ExponentialHistogramBuckets negative = point.getNegativeBuckets();
    List<Long> counts = negative.getBucketCounts();
    for (int i = counts.size() - 1; i >= 0; i--) {
      int index = negative.getOffset() + i;
      conversion.bucket(
          -bound(index + 1L, point.getScale()), -bound(index, point.getScale()), counts.get(i));
    }
    if (point.getZeroCount() > 0) {
      conversion.bucket(0, 0, point.getZeroCount());
    }
    ExponentialHistogramBuckets positive = point.getPositiveBuckets();
    counts = positive.getBucketCounts();
    for (int i = 0; i < counts.size(); i++) {
      int index = positive.getOffset() + i;
      conversion.bucket(
          bound(index, point.getScale()), bound(index + 1L, point.getScale()), counts.get(i));
    }
    return new HistogramValues(
        (double) point.getCount(),
        point.getSum(),
        point.hasMin() ? point.getMin() : Double.NaN,
        point.hasMax() ? point.getMax() : Double.NaN,
        conversion.bounds(),
        conversion.cumulative(point.getCount()));
  }

  double count() {
    return count;
  }

  double sum() {
    return sum;
  }

  /** NaN if there is none. */
  double min() {
    return min;
  }

  /** NaN if there is none. */
  double max() {
    return max;
  }

  int buckets() {
    return cumulative.length;
  }

  /** The upper bound of a bucket, inclusive. */
  String bound(int bucket) {
    return bucket < bounds.size() ? bounds.get(bucket) : Bounds.INFINITE;
  }

  /** How many values are not above the bound. */
  double cumulative(int bucket) {
    return (double) cumulative[bucket];
  }

  /** The lower bound of a bucket: 2 to the power of {@code index * 2^-scale}. */
  static double bound(long index, int scale) {
    if (scale <= 0) {
      long exponent = scale < -12 ? Long.signum(index) * 4096L : index << -scale;
      return Math.scalb(1.0, (int) Math.max(-4096, Math.min(4096, exponent)));
    }
    // The integral part apart, so that powers of two are exact.
    long whole = index >> scale;
    double fraction = Math.scalb((double) (index - (whole << scale)), -scale);
    return Math.scalb(Math.pow(2, fraction), (int) Math.max(-4096, Math.min(4096, whole)));
  }

  /** Collects the buckets of an exponential histogram, from the lowest one on. */
  private static final class Conversion {
    private final List<Double> bounds = new ArrayList<>();
    private final List<Long> cumulative = new ArrayList<>();
    private long sum;

    void bucket(double lower, double upper, long count) {
      if (count == 0) {
        return;
      }
      // Where the values begin, so that none seems to be below.
      add(lower);
      sum += count;
      add(upper);
    }

    private void add(double bound) {
      if (Double.isInfinite(bound)) {
        // Above, it is the last bucket; below, there is nothing.
        return;
      }
      int last = bounds.size() - 1;
      // Doubles are closer to each other than bounds but for the smallest and the highest scales.
      if (last >= 0 && bounds.get(last) >= bound) {
        cumulative.set(last, sum);
      } else {
        // Not -0.0.
        bounds.add(bound + 0.0);
        cumulative.add(sum);
      }
    }

    List<String> bounds() {
      return bounds.stream().map(Bounds::text).toList();
    }

    long[] cumulative(long count) {
      long[] all = new long[cumulative.size() + 1];
      for (int i = 0; i < cumulative.size(); i++) {
        all[i] = cumulative.get(i);
      }
      all[all.length - 1] = count;
      return all;
    }
  }
}
