/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Set;

/**
 * Data points as lines (influxdata/influxdb-observability, {@code
 * otel2influx/metrics_telegraf_prometheus_v1.go} and {@code …_v2.go}). Neither schema puts several
 * points into one line; one point may be several lines.
 */
abstract class MetricLines {

  static final String START = "start_time_unix_nano";

  final LineOutput out;
  final Fields fields;
  final ItemAttributes attributes;
  private final ItemAttributes exemplars;
  private final FreeTimes times = new FreeTimes();

  MetricLines(LineOutput out) {
    this.out = out;
    // A value is not left out for a tag of its key: both are written.
    this.fields = new Fields(out, key -> false);
    this.attributes = new ItemAttributes(out, ItemAttributes.Kind.ALL_TAGS, Set.of());
    this.exemplars = new ItemAttributes(out, ItemAttributes.Kind.ALL_TAGS, Set.of());
  }

  static MetricLines of(InfluxSchema schema, LineOutput out) {
    return switch (schema) {
      case TELEGRAF_PROMETHEUS_V1 -> new MetricLinesV1(out);
      case TELEGRAF_PROMETHEUS_V2 -> new MetricLinesV2(out);
    };
  }

  /** The line of a number; its field is the metric's value. */
  abstract void number(MetricData metric, PointData point, boolean isCounter);

  abstract void histogram(MetricData metric, PointData point, HistogramValues values);

  abstract void summary(MetricData metric, SummaryPointData point);

  /** Nothing is written of a number that line protocol cannot hold: NaN and the infinities. */
  static boolean isWritable(PointData point) {
    return !(point instanceof DoublePointData number) || Double.isFinite(number.getValue());
  }

  /** Whether all of a point is written, if it is: nothing in it is NaN or infinite. */
  static boolean isWhole(PointData point) {
    boolean whole = true;
    if (point instanceof HistogramPointData histogram) {
      whole =
          Double.isFinite(histogram.getSum())
              && (!histogram.hasMin() || Double.isFinite(histogram.getMin()))
              && (!histogram.hasMax() || Double.isFinite(histogram.getMax()));
    } else if (point instanceof ExponentialHistogramPointData histogram) {
      whole =
          Double.isFinite(histogram.getSum())
              && (!histogram.hasMin() || Double.isFinite(histogram.getMin()))
              && (!histogram.hasMax() || Double.isFinite(histogram.getMax()));
    } else if (point instanceof SummaryPointData summary) {
      whole = Double.isFinite(summary.getSum());
      for (ValueAtQuantile at : summary.getValues()) {
        whole &= isFinite(at);
      }
    }
    for (ExemplarData exemplar : point.getExemplars()) {
      whole &= isFinite(exemplar);
    }
    return whole;
  }

  void write(MetricData metric, PointData point) {
    if (!isWritable(point)) {
      return;
    }
    attributes.use(
        metric.getResource(), metric.getInstrumentationScopeInfo(), point.getAttributes());
    switch (metric.getType()) {
      case LONG_GAUGE, DOUBLE_GAUGE -> number(metric, point, false);
      case LONG_SUM ->
          number(
              metric,
              point,
              isCounter(
                  metric.getLongSumData().isMonotonic(),
                  metric.getLongSumData().getAggregationTemporality()));
      case DOUBLE_SUM ->
          number(
              metric,
              point,
              isCounter(
                  metric.getDoubleSumData().isMonotonic(),
                  metric.getDoubleSumData().getAggregationTemporality()));
      case HISTOGRAM -> {
        HistogramPointData histogram = (HistogramPointData) point;
        histogram(metric, point, HistogramValues.of(histogram));
      }
      case EXPONENTIAL_HISTOGRAM -> {
        ExponentialHistogramPointData histogram = (ExponentialHistogramPointData) point;
        histogram(metric, point, HistogramValues.of(histogram));
      }
      case SUMMARY -> summary(metric, (SummaryPointData) point);
    }
    for (ExemplarData exemplar : point.getExemplars()) {
      exemplar(metric, exemplar);
    }
  }

  /** A double without a fraction is no integer: the two are different types of a field. */
  final void value(String key, PointData point) {
    if (point instanceof LongPointData number) {
      fields.integer(key, number.getValue());
    } else {
      fields.real(key, ((DoublePointData) point).getValue());
    }
  }

  final void end(PointData point) {
    if (point.getStartEpochNanos() != 0) {
      fields.integer(START, point.getStartEpochNanos());
    }
    fields.end(point.getEpochNanos());
  }

  static boolean isFinite(ValueAtQuantile at) {
    return Double.isFinite(at.getValue());
  }

  private void exemplar(MetricData metric, ExemplarData exemplar) {
    SpanContext span = exemplar.getSpanContext();
    if (!span.isValid() || !isFinite(exemplar)) {
      return;
    }
    exemplars.use(
        Resource.empty(), InstrumentationScopeInfo.empty(), exemplar.getFilteredAttributes());
    out.measurement(metric.getName() + "_exemplar");
    exemplars.tags();
    id("span_id", span.getSpanId());
    id("trace_id", span.getTraceId());
    fields.begin();
    if (exemplar instanceof LongExemplarData number) {
      fields.integer("gauge", number.getValue());
    } else {
      fields.real("gauge", ((DoubleExemplarData) exemplar).getValue());
    }
    long tags = (31L * metric.getName().hashCode() + span.getSpanId().hashCode()) * 31;
    fields.end(times.next(tags + span.getTraceId().hashCode(), exemplar.getEpochNanos()));
  }

  /** An attribute of the same key is not written a second time. */
  private void id(String key, String hex) {
    if (!exemplars.isTag(key)) {
      out.id(key, hex);
    }
  }

  private static boolean isCounter(boolean isMonotonic, AggregationTemporality temporality) {
    return isMonotonic && temporality == AggregationTemporality.CUMULATIVE;
  }

  private static boolean isFinite(ExemplarData exemplar) {
    return !(exemplar instanceof DoubleExemplarData number) || Double.isFinite(number.getValue());
  }
}
