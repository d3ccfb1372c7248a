/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;
import static dev.telex.otlp.ProtoBuffer.VARINT;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Consumer;

/**
 * Writes metrics ({@code opentelemetry/proto/metrics/v1/metrics.proto}). Fields of a message are
 * written last one first, see {@link ProtoBuffer}.
 */
final class MetricWriter extends SignalWriter<MetricData> {

  private static final int NAME = 1 << 3 | BYTES;
  private static final int DESCRIPTION = 2 << 3 | BYTES;
  private static final int UNIT = 3 << 3 | BYTES;
  private static final int GAUGE = 5 << 3 | BYTES;
  private static final int SUM = 7 << 3 | BYTES;
  private static final int HISTOGRAM = 9 << 3 | BYTES;
  private static final int EXPONENTIAL_HISTOGRAM = 10 << 3 | BYTES;
  private static final int SUMMARY = 11 << 3 | BYTES;

  /** Of all five kinds of data, and the temporality of the three that have one. */
  private static final int DATA_POINTS = 1 << 3 | BYTES;

  private static final int TEMPORALITY = 2 << 3 | VARINT;
  private static final int SUM_IS_MONOTONIC = 3 << 3 | VARINT;

  private final PointWriter points;

  MetricWriter(ProtoBuffer out, CommonWriter common) {
    super(out, common);
    this.points = new PointWriter(out, common);
  }

  @Override
  Resource resource(MetricData metric) {
    return metric.getResource();
  }

  @Override
  InstrumentationScopeInfo scope(MetricData metric) {
    return metric.getInstrumentationScopeInfo();
  }

  @Override
  boolean isWorthIt(MetricData metric) {
    return !metric.getData().getPoints().isEmpty();
  }

  @Override
  void fields(MetricData metric) {
    switch (metric.getType()) {
      case LONG_GAUGE -> data(GAUGE, metric.getLongGaugeData(), points::ofLong);
      case DOUBLE_GAUGE -> data(GAUGE, metric.getDoubleGaugeData(), points::ofDouble);
      case LONG_SUM -> sum(metric.getLongSumData(), points::ofLong);
      case DOUBLE_SUM -> sum(metric.getDoubleSumData(), points::ofDouble);
      case SUMMARY -> data(SUMMARY, metric.getSummaryData(), points::ofSummary);
      case HISTOGRAM -> histogram(metric.getHistogramData());
      case EXPONENTIAL_HISTOGRAM -> exponentialHistogram(metric.getExponentialHistogramData());
      default -> throw new IllegalArgumentException("cannot write a metric of " + metric.getType());
    }
    out.string(UNIT, metric.getUnit());
    out.string(DESCRIPTION, metric.getDescription());
    out.string(NAME, metric.getName());
  }

  private <T extends PointData> void sum(SumData<T> sum, Consumer<T> point) {
    int end = out.size();
    out.varint(SUM_IS_MONOTONIC, sum.isMonotonic() ? 1 : 0);
    out.varint(TEMPORALITY, OtlpNumbers.temporality(sum.getAggregationTemporality()));
    points(sum, point);
    out.message(SUM, end);
  }

  private void histogram(HistogramData histogram) {
    int end = out.size();
    out.varint(TEMPORALITY, OtlpNumbers.temporality(histogram.getAggregationTemporality()));
    points(histogram, points::ofHistogram);
    out.message(HISTOGRAM, end);
  }

  private void exponentialHistogram(ExponentialHistogramData histogram) {
    int end = out.size();
    out.varint(TEMPORALITY, OtlpNumbers.temporality(histogram.getAggregationTemporality()));
    points(histogram, points::ofExponentialHistogram);
    out.message(EXPONENTIAL_HISTOGRAM, end);
  }

  private <T extends PointData> void data(int tag, Data<T> data, Consumer<T> point) {
    int end = out.size();
    points(data, point);
    out.message(tag, end);
  }

  private <T extends PointData> void points(Data<T> data, Consumer<T> point) {
    Collection<T> all = data.getPoints();
    List<T> list =
        all instanceof List<T> given && given instanceof RandomAccess
            ? given
            : new ArrayList<>(all);
    for (int i = list.size() - 1; i >= 0; i--) {
      int end = out.size();
      point.accept(list.get(i));
      out.message(DATA_POINTS, end);
    }
  }
}
