/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

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
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a {@code Metric}. */
final class ReadMetric implements ReadGroups.Item<MetricData> {

  private final JsonIn in;
  private String metricName = "";
  private String description = "";
  private String unit = "";
  private @Nullable List<Data<?>> data;

  ReadMetric(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    List<Data<?>> before = data;
    switch (name) {
      case "name" -> metricName = in.string();
      case "description" -> description = in.string();
      case "unit" -> unit = in.string();
      case "gauge" -> {
        List<PointData> points = in.read(new Points<>(this::number)).points;
        data = byNumber(points, GaugeData::createLongGaugeData, GaugeData::createDoubleGaugeData);
      }
      case "sum" -> {
        Points<PointData> sum = in.read(new Points<>(this::number));
        AggregationTemporality temporality = sum.temporality();
        data =
            byNumber(
                sum.points,
                longs -> SumData.createLongSumData(sum.monotonic, temporality, longs),
                doubles -> SumData.createDoubleSumData(sum.monotonic, temporality, doubles));
      }
      case "histogram" -> {
        Points<HistogramPointData> read =
            in.read(new Points<>(() -> in.read(new ReadHistogramPoint(in)).build()));
        data = List.of(HistogramData.create(read.temporality(), read.points));
      }
      case "exponentialHistogram" -> {
        Points<ExponentialHistogramPointData> read =
            in.read(new Points<>(() -> in.read(new ReadExponentialPoint(in)).build()));
        data = List.of(ExponentialHistogramData.create(read.temporality(), read.points));
      }
      case "summary" -> {
        Points<SummaryPointData> read =
            in.read(new Points<>(() -> in.read(new ReadSummaryPoint(in)).build()));
        data = List.of(SummaryData.create(read.points));
      }
      default -> {
        return false;
      }
    }
    if (before != null && data != before) {
      throw in.malformed("is a second kind of data: want one");
    }
    return true;
  }

  @Override
  public void check() throws MalformedOtlpException {
    if (data == null) {
      throw in.malformed(
          "has no data: want one of gauge, sum, histogram, exponentialHistogram, summary");
    }
  }

  @Override
  public void addTo(List<MetricData> items, Resource resource, InstrumentationScopeInfo scope) {
    for (Data<?> one : Objects.requireNonNull(data)) {
      items.add(new DecodedMetric(resource, scope, metricName, description, unit, type(one), one));
    }
  }

  private PointData number() throws IOException {
    return in.read(new ReadNumberPoint(in)).build();
  }

  /** The SDK has no data of both kinds of numbers: points of both make two. */
  private static List<Data<?>> byNumber(
      List<PointData> points,
      Function<List<LongPointData>, Data<?>> ofLongs,
      Function<List<DoublePointData>, Data<?>> ofDoubles) {
    List<LongPointData> longs = new ArrayList<>();
    List<DoublePointData> doubles = new ArrayList<>();
    for (PointData point : points) {
      if (point instanceof LongPointData number) {
        longs.add(number);
      } else if (point instanceof DoublePointData number) {
        doubles.add(number);
      }
    }
    List<Data<?>> data = new ArrayList<>();
    if (!longs.isEmpty()) {
      data.add(ofLongs.apply(longs));
    }
    if (!doubles.isEmpty() || longs.isEmpty()) {
      data.add(ofDoubles.apply(doubles));
    }
    return data;
  }

  private static MetricDataType type(Data<?> data) {
    boolean longs = data.getPoints().stream().anyMatch(LongPointData.class::isInstance);
    if (data instanceof GaugeData<?>) {
      return longs ? MetricDataType.LONG_GAUGE : MetricDataType.DOUBLE_GAUGE;
    }
    if (data instanceof SumData<?>) {
      return longs ? MetricDataType.LONG_SUM : MetricDataType.DOUBLE_SUM;
    }
    if (data instanceof SummaryData) {
      return MetricDataType.SUMMARY;
    }
    return data instanceof HistogramData
        ? MetricDataType.HISTOGRAM
        : MetricDataType.EXPONENTIAL_HISTOGRAM;
  }

  /** The fields of the data of any kind. */
  private final class Points<T> implements JsonIn.Fields {
    private final JsonIn.Element<T> point;
    private List<T> points = List.of();
    private @Nullable AggregationTemporality temporality;
    private boolean monotonic;

    Points(JsonIn.Element<T> point) {
      this.point = point;
    }

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "dataPoints" -> points = in.list(point);
        case "aggregationTemporality" ->
            temporality = in.constant(AggregationTemporality.values(), OtlpNumbers::temporality);
        case "isMonotonic" -> monotonic = in.bool();
        default -> {
          return false;
        }
      }
      return true;
    }

    /** Which must be given, but where there is nothing that it could be about. */
    AggregationTemporality temporality() throws MalformedOtlpException {
      if (temporality == null && !points.isEmpty()) {
        throw in.malformed("has no aggregationTemporality: want 1 (delta) or 2 (cumulative)");
      }
      return temporality == null ? AggregationTemporality.CUMULATIVE : temporality;
    }
  }
}
