/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.AttributeText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes events ({@code metrics-exporter-tcp}, {@code proto/event.proto}), from the last to the
 * first. Not safe for use by several threads.
 */
final class EventWriter {

  static final String COUNT = ".count";
  static final String SUM = ".sum";
  static final String MIN = ".min";
  static final String MAX = ".max";
  static final String QUANTILE = "quantile";

  // Keys: field number and wire type.
  private static final int EVENT_METADATA = 1 << 3 | 2;
  private static final int EVENT_METRIC = 2 << 3 | 2;
  private static final int METADATA_NAME = 1 << 3 | 2;
  private static final int METADATA_TYPE = 2 << 3;
  private static final int METADATA_UNIT = 3 << 3 | 2;
  private static final int METADATA_DESCRIPTION = 4 << 3 | 2;
  private static final int METRIC_NAME = 1 << 3 | 2;
  private static final int METRIC_TIMESTAMP = 2 << 3 | 2;
  private static final int METRIC_LABELS = 3 << 3 | 2;
  private static final int INCREMENT_COUNTER = 4 << 3;
  private static final int SET_COUNTER = 5 << 3;
  private static final int INCREMENT_GAUGE = 6 << 3 | 1;
  private static final int DECREMENT_GAUGE = 7 << 3 | 1;
  private static final int SET_GAUGE = 8 << 3 | 1;
  private static final int ENTRY_KEY = 1 << 3 | 2;
  private static final int ENTRY_VALUE = 2 << 3 | 2;
  private static final int SECONDS = 1 << 3;
  private static final int NANOS = 2 << 3;

  private static final long NANOS_A_SECOND = 1_000_000_000L;

  private final Set<String> resourceLabels;
  private final ReverseWriter out;

  private @Nullable Resource labelledResource;
  private @Nullable InstrumentationScopeInfo labelledScope;
  private byte[] origin = new byte[0];

  EventWriter(Set<String> resourceLabels, int expectedBytes) {
    this.resourceLabels = resourceLabels;
    this.out = new ReverseWriter(expectedBytes);
  }

  byte[] take() {
    return out.take();
  }

  // --- Metadata ---

  static byte[] metadata(String name, MetricType type, String unit, String description) {
    ReverseWriter out =
        new ReverseWriter(3 * (name.length() + unit.length() + description.length()) + 32);
    if (!description.isEmpty()) {
      out.text(METADATA_DESCRIPTION, description);
    }
    if (!unit.isEmpty()) {
      out.text(METADATA_UNIT, unit);
    }
    out.varint(METADATA_TYPE, type.number);
    out.text(METADATA_NAME, name);
    out.message(EVENT_METADATA, 0);
    out.delimited(0);
    return out.take();
  }

  // --- Values ---

  void values(List<MetricData> metrics) {
    for (int i = metrics.size() - 1; i >= 0; i--) {
      values(metrics.get(i));
    }
  }

  private void values(MetricData metric) {
    List<PointData> points = new ArrayList<>(metric.getData().getPoints());
    if (points.isEmpty()) {
      return;
    }
    labelOrigin(metric);
    for (int i = points.size() - 1; i >= 0; i--) {
      value(metric, points.get(i));
    }
  }

  private void value(MetricData metric, PointData point) {
    String name = metric.getName();
    switch (metric.getType()) {
      case LONG_SUM -> {
        boolean delta = isDelta(metric.getLongSumData().getAggregationTemporality());
        long value = ((LongPointData) point).getValue();
        if (metric.getLongSumData().isMonotonic()) {
          counter(name, point, delta, value);
        } else {
          gauge(name, point, delta, (double) value);
        }
      }
      case DOUBLE_SUM -> {
        boolean delta = isDelta(metric.getDoubleSumData().getAggregationTemporality());
        gauge(name, point, delta, ((DoublePointData) point).getValue());
      }
      case LONG_GAUGE -> gauge(name, point, false, (double) ((LongPointData) point).getValue());
      case DOUBLE_GAUGE -> gauge(name, point, false, ((DoublePointData) point).getValue());
      case HISTOGRAM -> {
        HistogramPointData one = (HistogramPointData) point;
        boolean delta = isDelta(metric.getHistogramData().getAggregationTemporality());
        bounds(name, one, one.hasMin(), one.getMin(), one.hasMax(), one.getMax());
        countAndSum(name, one, delta, one.getCount(), one.getSum());
      }
      case EXPONENTIAL_HISTOGRAM -> {
        ExponentialHistogramPointData one = (ExponentialHistogramPointData) point;
        boolean delta = isDelta(metric.getExponentialHistogramData().getAggregationTemporality());
        bounds(name, one, one.hasMin(), one.getMin(), one.hasMax(), one.getMax());
        countAndSum(name, one, delta, one.getCount(), one.getSum());
      }
      case SUMMARY -> {
        SummaryPointData one = (SummaryPointData) point;
        List<ValueAtQuantile> quantiles = one.getValues();
        for (int i = quantiles.size() - 1; i >= 0; i--) {
          quantile(name, one, quantiles.get(i));
        }
        countAndSum(name, one, false, one.getCount(), one.getSum());
      }
    }
  }

  private void bounds(
      String name, PointData point, boolean hasMin, double min, boolean hasMax, double max) {
    if (hasMax) {
      gauge(name + MAX, point, false, max);
    }
    if (hasMin) {
      gauge(name + MIN, point, false, min);
    }
  }

  private void countAndSum(String name, PointData point, boolean delta, long count, double sum) {
    gauge(name + SUM, point, delta, sum);
    counter(name + COUNT, point, delta, count);
  }

  /** Counters are unsigned; no SDK lets one fall below zero. */
  private void counter(String name, PointData point, boolean delta, long value) {
    int end = out.size();
    out.varint(delta ? INCREMENT_COUNTER : SET_COUNTER, Math.max(0, value));
    labels(point.getAttributes());
    metric(name, point, end);
  }

  private void gauge(String name, PointData point, boolean delta, double value) {
    int end = out.size();
    if (delta && value < 0) {
      out.fixed64(DECREMENT_GAUGE, -value);
    } else {
      out.fixed64(delta ? INCREMENT_GAUGE : SET_GAUGE, value);
    }
    labels(point.getAttributes());
    metric(name, point, end);
  }

  private void quantile(String name, PointData point, ValueAtQuantile value) {
    int end = out.size();
    out.fixed64(SET_GAUGE, value.getValue());
    // The last entry of a key counts, and this one is ours.
    label(QUANTILE, Double.toString(value.getQuantile()));
    labels(point.getAttributes());
    metric(name, point, end);
  }

  /** What comes before the operation and the labels, and the length of all. */
  private void metric(String name, PointData point, int end) {
    int timestampEnd = out.size();
    long epochNanos = point.getEpochNanos();
    out.varint(NANOS, Math.floorMod(epochNanos, NANOS_A_SECOND));
    out.varint(SECONDS, Math.floorDiv(epochNanos, NANOS_A_SECOND));
    out.message(METRIC_TIMESTAMP, timestampEnd);
    out.text(METRIC_NAME, name);
    out.message(EVENT_METRIC, end);
    out.delimited(end);
  }

  // --- Labels ---

  /** Those of the origin first: of two entries with one key readers take the last. */
  private void labels(Attributes attributes) {
    attributes.forEach((key, value) -> label(key.getKey(), AttributeText.of(key, value)));
    out.raw(origin);
  }

  private void label(String key, String value) {
    label(out, key, value);
  }

  private static void label(ReverseWriter out, String key, String value) {
    int end = out.size();
    out.text(ENTRY_VALUE, value);
    out.text(ENTRY_KEY, key);
    out.message(METRIC_LABELS, end);
  }

  /**
   * The labels that all points of a resource and a scope have, encoded once for those that follow.
   */
  private void labelOrigin(MetricData metric) {
    Resource resource = metric.getResource();
    InstrumentationScopeInfo scope = metric.getInstrumentationScopeInfo();
    if (resource == labelledResource && scope == labelledScope) {
      return;
    }
    ReverseWriter labels = new ReverseWriter(128);
    String version = scope.getVersion();
    if (version != null && !version.isEmpty()) {
      label(labels, "otel.scope.version", version);
    }
    if (!scope.getName().isEmpty()) {
      label(labels, "otel.scope.name", scope.getName());
    }
    resource
        .getAttributes()
        .forEach(
            (AttributeKey<?> key, Object value) -> {
              if (resourceLabels.contains(key.getKey())) {
                label(labels, key.getKey(), AttributeText.of(key, value));
              }
            });
    origin = labels.take();
    labelledResource = resource;
    labelledScope = scope;
  }

  private static boolean isDelta(AggregationTemporality temporality) {
    return temporality == AggregationTemporality.DELTA;
  }

  /** {@code Metadata.MetricType}. */
  enum MetricType {
    COUNTER(0),
    GAUGE(1);

    private final int number;

    MetricType(int number) {
      this.number = number;
    }
  }
}
