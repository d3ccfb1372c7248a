/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.JsonCommon.NAME;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.util.Collection;

/** Writes metrics ({@code opentelemetry/proto/metrics/v1/metrics.proto}). */
final class JsonMetrics implements JsonItems<MetricData> {

  /** Writes the fields of a data point. */
  @FunctionalInterface
  private interface Point<T extends PointData> {
    void write(T point) throws IOException;
  }

  private static final SerializableString RESOURCE_METRICS = JsonOut.key("resourceMetrics");
  private static final SerializableString SCOPE_METRICS = JsonOut.key("scopeMetrics");
  private static final SerializableString METRICS = JsonOut.key("metrics");

  private static final SerializableString DESCRIPTION = JsonOut.key("description");
  private static final SerializableString UNIT = JsonOut.key("unit");
  private static final SerializableString GAUGE = JsonOut.key("gauge");
  private static final SerializableString SUM = JsonOut.key("sum");
  private static final SerializableString HISTOGRAM = JsonOut.key("histogram");
  private static final SerializableString EXPONENTIAL = JsonOut.key("exponentialHistogram");
  private static final SerializableString SUMMARY = JsonOut.key("summary");

  private static final SerializableString DATA_POINTS = JsonOut.key("dataPoints");
  private static final SerializableString TEMPORALITY = JsonOut.key("aggregationTemporality");
  private static final SerializableString IS_MONOTONIC = JsonOut.key("isMonotonic");

  private final JsonOut out;
  private final JsonPoints points;

  JsonMetrics(JsonOut out, JsonCommon common) {
    this.out = out;
    this.points = new JsonPoints(out, common);
  }

  @Override
  public SerializableString resourcesKey() {
    return RESOURCE_METRICS;
  }

  @Override
  public SerializableString scopesKey() {
    return SCOPE_METRICS;
  }

  @Override
  public SerializableString itemsKey() {
    return METRICS;
  }

  @Override
  public Resource resource(MetricData metric) {
    return metric.getResource();
  }

  @Override
  public InstrumentationScopeInfo scope(MetricData metric) {
    return metric.getInstrumentationScopeInfo();
  }

  @Override
  public boolean isWorthIt(MetricData metric) {
    return !metric.getData().getPoints().isEmpty();
  }

  @Override
  public void fields(MetricData metric) throws IOException {
    out.string(NAME, metric.getName());
    out.string(DESCRIPTION, metric.getDescription());
    out.string(UNIT, metric.getUnit());
    switch (metric.getType()) {
      case LONG_GAUGE -> {
        out.begin(GAUGE);
        points(metric.getLongGaugeData().getPoints(), points::ofLong);
      }
      case DOUBLE_GAUGE -> {
        out.begin(GAUGE);
        points(metric.getDoubleGaugeData().getPoints(), points::ofDouble);
      }
      case LONG_SUM -> sum(metric.getLongSumData(), points::ofLong);
      case DOUBLE_SUM -> sum(metric.getDoubleSumData(), points::ofDouble);
      case SUMMARY -> {
        out.begin(SUMMARY);
        points(metric.getSummaryData().getPoints(), points::ofSummary);
      }
      case HISTOGRAM -> {
        out.begin(HISTOGRAM);
        points(metric.getHistogramData().getPoints(), points::ofHistogram);
        temporality(metric.getHistogramData().getAggregationTemporality());
      }
      case EXPONENTIAL_HISTOGRAM -> {
        out.begin(EXPONENTIAL);
        points(metric.getExponentialHistogramData().getPoints(), points::ofExponentialHistogram);
        temporality(metric.getExponentialHistogramData().getAggregationTemporality());
      }
      default -> throw new IllegalArgumentException("cannot write a metric of " + metric.getType());
    }
    out.end();
  }

  private <T extends PointData> void sum(SumData<T> sum, Point<T> point) throws IOException {
    out.begin(SUM);
    points(sum.getPoints(), point);
    temporality(sum.getAggregationTemporality());
    if (sum.isMonotonic()) {
      out.boolAlways(IS_MONOTONIC, true);
    }
  }

  private <T extends PointData> void points(Collection<T> all, Point<T> point) throws IOException {
    out.beginArray(DATA_POINTS);
    for (T one : all) {
      out.begin();
      point.write(one);
      out.end();
    }
    out.endArray();
  }

  private void temporality(AggregationTemporality temporality) throws IOException {
    out.number(TEMPORALITY, OtlpNumbers.temporality(temporality));
  }
}
