/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.List;

/** The type of a family, and the names of samples that it takes for itself. */
enum FamilyKind {
  GAUGE,
  COUNTER,
  HISTOGRAM,
  SUMMARY,
  INFO;

  /** What its samples add to its name; that of the time of creation is not among them. */
  List<String> suffixes() {
    return switch (this) {
      case GAUGE -> List.of("");
      case COUNTER -> List.of("", "_total");
      case HISTOGRAM -> List.of("", "_bucket", "_count", "_sum");
      case SUMMARY -> List.of("", "_count", "_sum");
      case INFO -> List.of("", "_info");
    };
  }

  /** Whether it has a time of creation. */
  boolean isCreated() {
    return this == COUNTER || this == HISTOGRAM || this == SUMMARY;
  }

  static FamilyKind of(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_GAUGE, DOUBLE_GAUGE -> GAUGE;
      case LONG_SUM -> metric.getLongSumData().isMonotonic() ? COUNTER : GAUGE;
      case DOUBLE_SUM -> metric.getDoubleSumData().isMonotonic() ? COUNTER : GAUGE;
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> HISTOGRAM;
      case SUMMARY -> SUMMARY;
    };
  }

  static boolean isDelta(MetricData metric) {
    AggregationTemporality temporality =
        switch (metric.getType()) {
          case LONG_SUM -> metric.getLongSumData().getAggregationTemporality();
          case DOUBLE_SUM -> metric.getDoubleSumData().getAggregationTemporality();
          case HISTOGRAM -> metric.getHistogramData().getAggregationTemporality();
          case EXPONENTIAL_HISTOGRAM ->
              metric.getExponentialHistogramData().getAggregationTemporality();
          case LONG_GAUGE, DOUBLE_GAUGE, SUMMARY -> AggregationTemporality.CUMULATIVE;
        };
    return temporality == AggregationTemporality.DELTA;
  }
}
