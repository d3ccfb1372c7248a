/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
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
import java.util.List;

/** {@link MetricData} has no public factory. */
record StoredMetric(
    Resource resource,
    InstrumentationScopeInfo scope,
    String name,
    String description,
    String unit,
    MetricDataType type,
    Data<?> data)
    implements MetricData {

  /** A metric with these points, which are of its type, in place of its own. */
  static MetricData of(MetricData metric, boolean monotonic, List<PointData> points) {
    return new StoredMetric(
        metric.getResource(),
        metric.getInstrumentationScopeInfo(),
        metric.getName(),
        metric.getDescription(),
        metric.getUnit(),
        metric.getType(),
        data(metric.getType(), monotonic, points));
  }

  private static Data<?> data(MetricDataType type, boolean monotonic, List<PointData> points) {
    return switch (type) {
      case LONG_GAUGE -> GaugeData.createLongGaugeData(cast(points));
      case DOUBLE_GAUGE -> GaugeData.createDoubleGaugeData(cast(points));
      case LONG_SUM ->
          SumData.createLongSumData(monotonic, AggregationTemporality.CUMULATIVE, cast(points));
      case DOUBLE_SUM ->
          SumData.createDoubleSumData(monotonic, AggregationTemporality.CUMULATIVE, cast(points));
      case SUMMARY -> SummaryData.create(cast(points));
      case HISTOGRAM -> HistogramData.create(AggregationTemporality.CUMULATIVE, cast(points));
      case EXPONENTIAL_HISTOGRAM ->
          ExponentialHistogramData.create(AggregationTemporality.CUMULATIVE, cast(points));
    };
  }

  @SuppressWarnings("unchecked")
  private static <T extends PointData> List<T> cast(List<PointData> points) {
    return (List<T>) (List<?>) points;
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return scope;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public String getDescription() {
    return description;
  }

  @Override
  public String getUnit() {
    return unit;
  }

  @Override
  public MetricDataType getType() {
    return type;
  }

  @Override
  public Data<?> getData() {
    return data;
  }
}
