/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes data points of the client library (OpenTelemetry specification,
 * compatibility/prometheus_and_openmetrics). What it cannot take is an {@link
 * IllegalArgumentException}, of it or of ours.
 */
final class PointConverter {

  /** The range of a native histogram. */
  private static final int MIN_SCALE = -4;

  private static final int MAX_SCALE = 8;

  /** What OpenTelemetry's specification has for exporters that know no other. */
  private static final double ZERO_THRESHOLD = 1e-128;

  private final LabelMaker labels;

  PointConverter(LabelMaker labels) {
    this.labels = labels;
  }

  /**
   * One data point.
   *
   * @param withCreated whether the family may tell its time of creation
   */
  DataPointSnapshot convert(
      FamilyKind kind, PointData point, LabelMaker.OfMetric maker, boolean withCreated) {
    Labels own = maker.of(point.getAttributes());
    long created = withCreated ? Created.millis(point.getStartEpochNanos()) : 0;
    return switch (kind) {
      case GAUGE -> new GaugeDataPointSnapshot(value(point), own, null);
      case COUNTER ->
          new CounterDataPointSnapshot(
              number(value(point)), own, newest(point.getExemplars()), created);
      case HISTOGRAM ->
          point instanceof HistogramPointData classic
              ? classic(classic, own, created)
              : exponential((ExponentialHistogramPointData) point, own, created);
      case SUMMARY -> summary((SummaryPointData) point, own, created);
      case INFO -> throw new IllegalArgumentException("info has no points");
    };
  }

  private static double value(PointData point) {
    return point instanceof LongPointData whole
        ? whole.getValue()
        : ((DoublePointData) point).getValue();
  }

  /** OpenMetrics 1.0, "Counter": a total is not NaN. */
  private static double number(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a counter is NaN");
    }
    return value;
  }

  /** The sum of what buckets count, which the client library does not check. */
  private static long checkedSum(long start, List<Long> counts) {
    long sum = start;
    for (long count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("a bucket counts " + count);
      }
      sum += count;
      if (sum < 0) {
        throw new IllegalArgumentException("the buckets count more than fits into 64 bits");
      }
    }
    return sum;
  }

  private HistogramDataPointSnapshot classic(HistogramPointData point, Labels own, long created) {
    List<Double> boundaries = point.getBoundaries();
    List<Long> given = point.getCounts();
    checkedSum(0, given);
    int size = boundaries.size();
    // The last bucket may have its boundary, which then is not another one.
    boolean closed = size > 0 && boundaries.get(size - 1) == Double.POSITIVE_INFINITY;
    double[] bounds = new double[closed ? size : size + 1];
    long[] counts = new long[bounds.length];
    for (int i = 0; i < size; i++) {
      bounds[i] = boundaries.get(i);
    }
    bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    for (int i = 0; i < given.size(); i++) {
      counts[Math.min(i, counts.length - 1)] += given.get(i);
    }
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(bounds, counts),
        point.getSum(),
        own,
        exemplars(point.getExemplars()),
        created);
  }

  private HistogramDataPointSnapshot exponential(
      ExponentialHistogramPointData point, Labels own, long created) {
    int scale = point.getScale();
    if (scale < MIN_SCALE) {
      throw new IllegalArgumentException(
          "scale " + scale + " is below " + MIN_SCALE + ", the least of a native histogram");
    }
    checkedSum(
        checkedSum(point.getZeroCount(), point.getPositiveBuckets().getBucketCounts()),
        point.getNegativeBuckets().getBucketCounts());
    int shift = Math.max(0, scale - MAX_SCALE);
    return new HistogramDataPointSnapshot(
        scale - shift,
        point.getZeroCount(),
        ZERO_THRESHOLD,
        buckets(point.getPositiveBuckets(), shift),
        buckets(point.getNegativeBuckets(), shift),
        point.getSum(),
        own,
        exemplars(point.getExemplars()),
        created);
  }

  /** Merges neighbours to the coarser scale; a bucket of Prometheus includes its upper bound. */
  private static NativeHistogramBuckets buckets(ExponentialHistogramBuckets buckets, int shift) {
    List<Long> given = buckets.getBucketCounts();
    int[] indexes = new int[given.size()];
    long[] counts = new long[given.size()];
    int size = 0;
    for (int i = 0; i < given.size(); i++) {
      long count = given.get(i);
      if (count == 0) {
        continue;
      }
      long index = (((long) buckets.getOffset() + i) >> shift) + 1;
      if (index > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("bucket " + index + " is out of range");
      }
      if (size > 0 && indexes[size - 1] == index) {
        counts[size - 1] += count;
      } else {
        indexes[size] = (int) index;
        counts[size++] = count;
      }
    }
    return size == 0
        ? NativeHistogramBuckets.EMPTY
        : NativeHistogramBuckets.of(Arrays.copyOf(indexes, size), Arrays.copyOf(counts, size));
  }

  private static SummaryDataPointSnapshot summary(
      SummaryPointData point, Labels own, long created) {
    List<Quantile> quantiles = new ArrayList<>(point.getValues().size());
    for (ValueAtQuantile value : point.getValues()) {
      if (Double.isNaN(value.getQuantile())) {
        throw new IllegalArgumentException("a quantile is NaN");
      }
      quantiles.add(new Quantile(value.getQuantile(), value.getValue()));
    }
    if (quantiles.isEmpty() && point.getCount() < 0 && Double.isNaN(point.getSum())) {
      // The client library would write a family without a name, at which a whole scrape fails.
      throw new IllegalArgumentException("it has no quantiles, no count and no sum");
    }
    return new SummaryDataPointSnapshot(
        point.getCount(), point.getSum(), Quantiles.of(quantiles), own, Exemplars.EMPTY, created);
  }

  private Exemplars exemplars(List<? extends ExemplarData> given) {
    if (given.isEmpty()) {
      return Exemplars.EMPTY;
    }
    List<Exemplar> all = new ArrayList<>(given.size());
    for (ExemplarData one : given) {
      all.add(exemplar(one));
    }
    return Exemplars.of(all);
  }

  private @Nullable Exemplar newest(List<? extends ExemplarData> given) {
    ExemplarData newest = null;
    for (ExemplarData one : given) {
      if (newest == null || one.getEpochNanos() > newest.getEpochNanos()) {
        newest = one;
      }
    }
    return newest == null ? null : exemplar(newest);
  }

  private Exemplar exemplar(ExemplarData given) {
    double value =
        given instanceof LongExemplarData whole
            ? whole.getValue()
            : ((DoubleExemplarData) given).getValue();
    return new Exemplar(
        value,
        labels.ofExemplar(given.getFilteredAttributes(), given.getSpanContext()),
        Created.millis(given.getEpochNanos()));
  }
}
