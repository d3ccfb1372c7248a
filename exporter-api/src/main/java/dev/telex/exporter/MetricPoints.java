/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** Metrics as a row of data points: counting them, and keeping some of them. */
final class MetricPoints {

  private MetricPoints() {}

  static int count(List<?> metrics) {
    int points = 0;
    for (Object metric : metrics) {
      points += ((MetricData) metric).getData().getPoints().size();
    }
    return points;
  }

  /** All points, in their order. */
  static List<PointData> of(List<MetricData> metrics) {
    List<PointData> points = new ArrayList<>();
    metrics.forEach(metric -> points.addAll(metric.getData().getPoints()));
    return points;
  }

  /** The metrics with only the points whose index is set; a metric without any left is dropped. */
  static List<MetricData> retain(List<MetricData> metrics, BitSet items) {
    List<MetricData> kept = new ArrayList<>();
    int first = 0;
    for (MetricData metric : metrics) {
      int count = metric.getData().getPoints().size();
      int wanted = items.get(first, first + count).cardinality();
      if (wanted == count && count > 0) {
        kept.add(metric);
      } else if (wanted > 0) {
        kept.add(Retained.of(metric, items, first));
      }
      first += count;
    }
    return List.copyOf(kept);
  }

  /** {@link MetricData} has no public factory. */
  private record Retained(MetricData whole, Data<?> data) implements MetricData {

    static Retained of(MetricData metric, BitSet items, int first) {
      Data<?> data =
          switch (metric.getType()) {
            case LONG_GAUGE ->
                GaugeData.createLongGaugeData(pick(metric.getLongGaugeData(), items, first));
            case DOUBLE_GAUGE ->
                GaugeData.createDoubleGaugeData(pick(metric.getDoubleGaugeData(), items, first));
            case LONG_SUM ->
                SumData.createLongSumData(
                    metric.getLongSumData().isMonotonic(),
                    metric.getLongSumData().getAggregationTemporality(),
                    pick(metric.getLongSumData(), items, first));
            case DOUBLE_SUM ->
                SumData.createDoubleSumData(
                    metric.getDoubleSumData().isMonotonic(),
                    metric.getDoubleSumData().getAggregationTemporality(),
                    pick(metric.getDoubleSumData(), items, first));
            case SUMMARY -> SummaryData.create(pick(metric.getSummaryData(), items, first));
            case HISTOGRAM ->
                HistogramData.create(
                    metric.getHistogramData().getAggregationTemporality(),
                    pick(metric.getHistogramData(), items, first));
            case EXPONENTIAL_HISTOGRAM ->
                ExponentialHistogramData.create(
                    metric.getExponentialHistogramData().getAggregationTemporality(),
                    pick(metric.getExponentialHistogramData(), items, first));
          };
      return new Retained(metric, data);
    }

    private static <T extends PointData> Collection<T> pick(Data<T> all, BitSet items, int first) {
      List<T> kept = new ArrayList<>();
      int index = first;
      for (T point : all.getPoints()) {
        if (items.get(index++)) {
          kept.add(point);
        }
      }
      return List.copyOf(kept);
    }

    @Override
    public Resource getResource() {
      return whole.getResource();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
      return whole.getInstrumentationScopeInfo();
    }

    @Override
    public String getName() {
      return whole.getName();
    }

    @Override
    public String getDescription() {
      return whole.getDescription();
    }

    @Override
    public String getUnit() {
      return whole.getUnit();
    }

    @Override
    public MetricDataType getType() {
      return whole.getType();
    }

    @Override
    public Data<?> getData() {
      return data;
    }
  }
}
