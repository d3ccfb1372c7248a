/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/** Items of telemetry, made by hand. */
final class TestItems {

  static final long TIME = 1_622_848_686_000_000_000L;
  static final String TRACE = "00000000000000020000000000000001";
  static final String SPAN = "0000000000000003";

  private TestItems() {}

  /** A metric of one instrument; {@link MetricData} has no public factory. */
  record Metric(
      String getName,
      MetricDataType getType,
      Data<?> getData,
      Resource getResource,
      InstrumentationScopeInfo getInstrumentationScopeInfo)
      implements MetricData {

    @Override
    public String getDescription() {
      return "";
    }

    @Override
    public String getUnit() {
      return "1";
    }

    Metric of(Resource resource, InstrumentationScopeInfo scope) {
      return new Metric(getName, getType, getData, resource, scope);
    }
  }

  private static Metric metric(String name, MetricDataType type, Data<?> data) {
    return new Metric(name, type, data, Resource.empty(), InstrumentationScopeInfo.empty());
  }

  static Metric gauge(String name, DoublePointData... points) {
    return metric(
        name, MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(List.of(points)));
  }

  static Metric gauge(String name, LongPointData... points) {
    return metric(name, MetricDataType.LONG_GAUGE, GaugeData.createLongGaugeData(List.of(points)));
  }

  static Metric sum(
      String name, boolean monotonic, AggregationTemporality temporality, LongPointData... points) {
    return metric(
        name,
        MetricDataType.LONG_SUM,
        SumData.createLongSumData(monotonic, temporality, List.of(points)));
  }

  static Metric sum(
      String name,
      boolean monotonic,
      AggregationTemporality temporality,
      DoublePointData... points) {
    return metric(
        name,
        MetricDataType.DOUBLE_SUM,
        SumData.createDoubleSumData(monotonic, temporality, List.of(points)));
  }

  static Metric histogram(String name, HistogramPointData... points) {
    return metric(
        name,
        MetricDataType.HISTOGRAM,
        HistogramData.create(AggregationTemporality.CUMULATIVE, List.of(points)));
  }

  static Metric exponential(String name, ExponentialHistogramPointData... points) {
    return metric(
        name,
        MetricDataType.EXPONENTIAL_HISTOGRAM,
        ExponentialHistogramData.create(AggregationTemporality.CUMULATIVE, List.of(points)));
  }

  static Metric summary(String name, SummaryPointData... points) {
    return metric(name, MetricDataType.SUMMARY, SummaryData.create(List.of(points)));
  }

  static DoublePointData point(double value, Attributes attributes) {
    return DoublePointData.create(0, TIME, attributes, value, List.of());
  }

  static LongPointData point(long value, Attributes attributes) {
    return LongPointData.create(0, TIME, attributes, value);
  }

  static SpanContext context(String traceId, String spanId) {
    return SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  /** A span with ids, times, and nothing else. */
  static TestSpanData.Builder span(String name) {
    return TestSpanData.builder()
        .setName(name)
        .setKind(SpanKind.INTERNAL)
        .setSpanContext(context(TRACE, SPAN))
        .setStatus(StatusData.unset())
        .setHasEnded(true)
        .setStartEpochNanos(1_622_848_000_000_000_000L)
        .setEndEpochNanos(1_622_848_100_000_000_000L);
  }

  /** A log record with a body, times, and nothing else. */
  static TestLogRecordData.Builder log(String body) {
    return TestLogRecordData.builder()
        .setBody(body)
        .setTimestamp(java.time.Instant.ofEpochSecond(0, TIME));
  }
}
