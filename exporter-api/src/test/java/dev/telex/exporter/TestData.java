/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Telemetry for tests: the n-th item says that it is the n-th. */
final class TestData {

  static final AttributeKey<Long> INDEX = AttributeKey.longKey("index");

  private TestData() {}

  static Resource resource(String name) {
    return Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), name));
  }

  static SpanData span(String name, Resource resource) {
    return TestSpanData.builder()
        .setName(name)
        .setResource(resource)
        .setKind(SpanKind.INTERNAL)
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1)
        .setEndEpochNanos(2)
        .setHasEnded(true)
        .build();
  }

  static SpanData span(int index) {
    return span("span " + index, Resource.empty());
  }

  static LogRecordData log(int index) {
    return TestLogRecordData.builder()
        .setSeverity(Severity.INFO)
        .setAttributes(Attributes.of(INDEX, (long) index))
        .build();
  }

  static Batch spans(int count) {
    return Batch.traces(IntStream.range(0, count).mapToObj(TestData::span).toList());
  }

  static Batch logs(int count) {
    return Batch.logs(IntStream.range(0, count).mapToObj(TestData::log).toList());
  }

  /** A metric of a type with points whose attribute counts from {@code first}. */
  static MetricData metric(MetricDataType type, Resource resource, int first, int count) {
    Data<?> data =
        switch (type) {
          case LONG_GAUGE ->
              GaugeData.createLongGaugeData(
                  points(first, count, i -> LongPointData.create(1, 2, index(i), i)));
          case DOUBLE_GAUGE ->
              GaugeData.createDoubleGaugeData(points(first, count, TestData::doublePoint));
          case LONG_SUM ->
              SumData.createLongSumData(
                  true,
                  AggregationTemporality.DELTA,
                  points(first, count, i -> LongPointData.create(1, 2, index(i), i)));
          case DOUBLE_SUM ->
              SumData.createDoubleSumData(
                  false,
                  AggregationTemporality.CUMULATIVE,
                  points(first, count, TestData::doublePoint));
          case SUMMARY -> SummaryData.create(points(first, count, TestData::summaryPoint));
          case HISTOGRAM ->
              HistogramData.create(
                  AggregationTemporality.DELTA, points(first, count, TestData::histogramPoint));
          case EXPONENTIAL_HISTOGRAM ->
              ExponentialHistogramData.create(
                  AggregationTemporality.CUMULATIVE,
                  points(first, count, TestData::exponentialPoint));
        };
    return new Metric(
        resource,
        InstrumentationScopeInfo.create("scope"),
        type.name(),
        "described",
        "unit",
        type,
        data);
  }

  private static <T> List<T> points(int first, int count, IntFunction<T> make) {
    List<T> points = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      points.add(make.apply(i));
    }
    return points;
  }

  private static Attributes index(int i) {
    return Attributes.of(INDEX, (long) i);
  }

  private static DoublePointData doublePoint(int i) {
    return DoublePointData.create(1, 2, index(i), i + 0.5, List.of());
  }

  private static SummaryPointData summaryPoint(int i) {
    return SummaryPointData.create(1, 2, index(i), 3, i, List.of(ValueAtQuantile.create(0.5, i)));
  }

  private static HistogramPointData histogramPoint(int i) {
    return HistogramPointData.create(
        1, 2, index(i), i, true, 0, true, 9, List.of(1.0), List.of(1L, 2L));
  }

  private static ExponentialHistogramPointData exponentialPoint(int i) {
    ExponentialHistogramBuckets buckets = ExponentialHistogramBuckets.create(1, 0, List.of(1L));
    return ExponentialHistogramPointData.create(
        1, i, 0, true, 0, true, 9, buckets, buckets, 1, 2, index(i), List.of());
  }

  /** The numbers of all points, in order. */
  static List<Long> indexes(List<MetricData> metrics) {
    List<Long> indexes = new ArrayList<>();
    for (MetricData metric : metrics) {
      for (PointData point : metric.getData().getPoints()) {
        Long index = point.getAttributes().get(INDEX);
        if (index == null) {
          throw new AssertionError("a point without its number: " + point);
        }
        indexes.add(index);
      }
    }
    return indexes;
  }

  private record Metric(
      Resource resource,
      InstrumentationScopeInfo scope,
      String name,
      String description,
      String unit,
      MetricDataType type,
      Data<?> data)
      implements MetricData {

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
}
