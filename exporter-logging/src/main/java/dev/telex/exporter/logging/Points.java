/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.util.List;

/** How the kind of a metric and the values of a data point read. */
final class Points {

  private Points() {}

  /** For instance {@code gauge}, {@code sum/delta/monotonic} or {@code histogram/cumulative}. */
  static String type(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_GAUGE, DOUBLE_GAUGE -> "gauge";
      case LONG_SUM ->
          sum(
              metric.getLongSumData().getAggregationTemporality(),
              metric.getLongSumData().isMonotonic());
      case DOUBLE_SUM ->
          sum(
              metric.getDoubleSumData().getAggregationTemporality(),
              metric.getDoubleSumData().isMonotonic());
      case SUMMARY -> "summary";
      case HISTOGRAM -> "histogram/" + word(metric.getHistogramData().getAggregationTemporality());
      case EXPONENTIAL_HISTOGRAM ->
          "exponential-histogram/"
              + word(metric.getExponentialHistogramData().getAggregationTemporality());
    };
  }

  /** All values in one line; buckets without a count are left out. */
  static void line(TextWriter to, PointData point) {
    if (point instanceof LongPointData number) {
      to.put(number.getValue());
    } else if (point instanceof DoublePointData number) {
      to.put(number.getValue());
    } else if (point instanceof HistogramPointData histogram) {
      to.put("count=").put(histogram.getCount()).put(" sum=").put(histogram.getSum());
      range(to, histogram.hasMin(), histogram.getMin(), histogram.hasMax(), histogram.getMax());
      buckets(to, histogram);
    } else if (point instanceof ExponentialHistogramPointData histogram) {
      to.put("count=").put(histogram.getCount()).put(" sum=").put(histogram.getSum());
      range(to, histogram.hasMin(), histogram.getMin(), histogram.hasMax(), histogram.getMax());
      to.put(" scale=").put(histogram.getScale());
      to.put(" zero=").put(histogram.getZeroCount());
      exponential(to, " positive", histogram.getPositiveBuckets());
      exponential(to, " negative", histogram.getNegativeBuckets());
    } else if (point instanceof SummaryPointData summary) {
      to.put("count=").put(summary.getCount()).put(" sum=").put(summary.getSum());
      quantiles(to, summary.getValues());
    } else {
      to.put(point.getClass().getSimpleName());
    }
  }

  private static void range(TextWriter to, boolean hasMin, double min, boolean hasMax, double max) {
    if (hasMin) {
      to.put(" min=").put(min);
    }
    if (hasMax) {
      to.put(" max=").put(max);
    }
  }

  /** {@code <=5.0:2} are two values up to 5.0, {@code >10.0:1} is one above the last boundary. */
  private static void buckets(TextWriter to, HistogramPointData histogram) {
    List<Double> boundaries = histogram.getBoundaries();
    List<Long> counts = histogram.getCounts();
    if (boundaries.isEmpty()) {
      return;
    }
    to.put(" buckets=[");
    String separator = "";
    for (int i = 0; i < counts.size() && !to.isFull(); i++) {
      if (counts.get(i) != 0) {
        to.put(separator);
        if (i < boundaries.size()) {
          to.put("<=").put(boundaries.get(i));
        } else {
          to.put(">").put(boundaries.get(boundaries.size() - 1));
        }
        to.put(":").put(counts.get(i));
        separator = " ";
      }
    }
    to.put("]");
  }

  /** {@code positive=[-2:5 0:1]}: the index of a bucket (its offset added) and its count. */
  private static void exponential(
      TextWriter to, String label, ExponentialHistogramBuckets buckets) {
    if (buckets.getTotalCount() == 0) {
      return;
    }
    to.put(label).put("=[");
    String separator = "";
    List<Long> counts = buckets.getBucketCounts();
    for (int i = 0; i < counts.size() && !to.isFull(); i++) {
      if (counts.get(i) != 0) {
        to.put(separator).put(buckets.getOffset() + (long) i).put(":").put(counts.get(i));
        separator = " ";
      }
    }
    to.put("]");
  }

  private static void quantiles(TextWriter to, List<ValueAtQuantile> values) {
    if (values.isEmpty()) {
      return;
    }
    to.put(" quantiles=[");
    String separator = "";
    for (ValueAtQuantile value : values) {
      if (to.isFull()) {
        return;
      }
      to.put(separator).put(value.getQuantile()).put(":").put(value.getValue());
      separator = " ";
    }
    to.put("]");
  }

  private static String sum(AggregationTemporality temporality, boolean monotonic) {
    return "sum/" + word(temporality) + (monotonic ? "/monotonic" : "");
  }

  private static String word(AggregationTemporality temporality) {
    return switch (temporality) {
      case DELTA -> "delta";
      case CUMULATIVE -> "cumulative";
    };
  }
}
