/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import java.util.List;

/**
 * The value of a data point, and the dynamic template by which Elasticsearch maps its field; as in
 * the Collector's exporter, whose names Elasticsearch's own templates know.
 */
final class MetricValue {

  private static final byte[] VALUES = JsonOutput.constant("{\"values\":[");
  private static final byte[] COUNTS = JsonOutput.constant("],\"counts\":[");
  private static final byte[] END = JsonOutput.constant("]}");
  private static final byte[] SUM = JsonOutput.constant("{\"sum\":");
  private static final byte[] VALUE_COUNT = JsonOutput.constant(",\"value_count\":");

  private MetricValue() {}

  /** Whether Elasticsearch has a field that can hold it. */
  static boolean isSupported(MetricData metric, PointData point) {
    return switch (metric.getType()) {
      case LONG_GAUGE, LONG_SUM -> true;
      case DOUBLE_GAUGE, DOUBLE_SUM -> Double.isFinite(((DoublePointData) point).getValue());
      case SUMMARY -> Double.isFinite(((SummaryPointData) point).getSum());
      case HISTOGRAM ->
          metric.getHistogramData().getAggregationTemporality() == AggregationTemporality.DELTA
              && isSupported((HistogramPointData) point);
      case EXPONENTIAL_HISTOGRAM ->
          metric.getExponentialHistogramData().getAggregationTemporality()
              == AggregationTemporality.DELTA;
    };
  }

  private static boolean isSupported(HistogramPointData point) {
    return !point.getBoundaries().isEmpty() || Double.isFinite(point.getSum());
  }

  static String dynamicTemplate(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_GAUGE -> "gauge_long";
      case DOUBLE_GAUGE -> "gauge_double";
      case LONG_SUM -> metric.getLongSumData().isMonotonic() ? "counter_long" : "gauge_long";
      case DOUBLE_SUM ->
          metric.getDoubleSumData().isMonotonic() ? "counter_double" : "gauge_double";
      case SUMMARY -> "summary";
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> "histogram";
    };
  }

  static void write(MetricData metric, PointData point, JsonOutput out) {
    switch (metric.getType()) {
      case LONG_GAUGE, LONG_SUM -> out.number(((LongPointData) point).getValue());
      case DOUBLE_GAUGE, DOUBLE_SUM -> out.number(((DoublePointData) point).getValue());
      case SUMMARY -> summary((SummaryPointData) point, out);
      case HISTOGRAM -> histogram((HistogramPointData) point, out);
      case EXPONENTIAL_HISTOGRAM -> histogram((ExponentialHistogramPointData) point, out);
    }
  }

  /** Elasticsearch has no field for the quantiles. */
  private static void summary(SummaryPointData point, JsonOutput out) {
    out.raw(SUM);
    out.number(point.getSum());
    out.raw(VALUE_COUNT);
    out.number(point.getCount());
    out.raw('}');
  }

  private static void histogram(HistogramPointData point, JsonOutput out) {
    List<Double> bounds = point.getBoundaries();
    Histogram histogram = new Histogram(out);
    if (bounds.isEmpty()) {
      histogram.add(
          point.getCount() == 0 ? 0 : point.getSum() / point.getCount(), point.getCount());
    }
    for (int i = 0; i <= bounds.size() && !bounds.isEmpty(); i++) {
      histogram.add(middle(bounds, i), point.getCounts().get(i));
    }
    histogram.end();
  }

  /** A value within a bucket, whose bounds are open at both ends of the row. */
  private static double middle(List<Double> bounds, int bucket) {
    if (bucket == 0) {
      double first = bounds.get(0);
      return first > 0 ? first / 2 : first;
    }
    double lower = bounds.get(bucket - 1);
    return bucket == bounds.size() ? lower : lower + (bounds.get(bucket) - lower) / 2;
  }

  private static void histogram(ExponentialHistogramPointData point, JsonOutput out) {
    Histogram histogram = new Histogram(out);
    ExponentialHistogramBuckets negative = point.getNegativeBuckets();
    for (int i = negative.getBucketCounts().size() - 1; i >= 0; i--) {
      histogram.add(
          -middle(point.getScale(), negative.getOffset() + i), negative.getBucketCounts().get(i));
    }
    histogram.add(0, point.getZeroCount());
    ExponentialHistogramBuckets positive = point.getPositiveBuckets();
    for (int i = 0; i < positive.getBucketCounts().size(); i++) {
      histogram.add(
          middle(point.getScale(), positive.getOffset() + i), positive.getBucketCounts().get(i));
    }
    histogram.end();
  }

  private static double middle(int scale, long index) {
    double middle = (bound(scale, index) + bound(scale, index + 1)) / 2;
    return Math.min(middle, Double.MAX_VALUE);
  }

  /** The base, 2 to the power of 2 to the power of minus the scale, to the power of the index. */
  private static double bound(int scale, long index) {
    return Math.pow(2, Math.scalb((double) index, -scale));
  }

  /** The field type {@code histogram}: values in rising order, and how often each was. */
  private static final class Histogram {
    private final JsonOutput out;
    private final StringBuilder counts = new StringBuilder();

    Histogram(JsonOutput out) {
      this.out = out;
      out.raw(VALUES);
    }

    void add(double value, long count) {
      if (count > 0) {
        out.comma();
        out.number(value);
        counts.append(counts.isEmpty() ? "" : ",").append(count);
      }
    }

    void end() {
      out.raw(COUNTS);
      out.ascii(counts.toString());
      out.raw(END);
    }
  }
}
