/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Telemetry for databases of lines. */
final class InfluxTelemetry {

  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  static final String SPAN = "b7ad6b7169203331";

  private InfluxTelemetry() {}

  static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    return exporter
        .export(batch, ExportContext.none())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  static MetricData gauge(String name, DoublePointData... points) {
    return metric(name)
        .setDoubleGaugeData(GaugeData.createDoubleGaugeData(List.of(points)))
        .build();
  }

  static MetricData gauge(String name, LongPointData... points) {
    return metric(name).setLongGaugeData(GaugeData.createLongGaugeData(List.of(points))).build();
  }

  static MetricData counter(String name, LongPointData... points) {
    return metric(name)
        .setLongSumData(
            SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, List.of(points)))
        .build();
  }

  static DoublePointData point(double value, long time, Attributes attributes) {
    return DoublePointData.create(0, time, attributes, value, List.of());
  }

  static LongPointData point(long value, long time, Attributes attributes) {
    return LongPointData.create(0, time, attributes, value);
  }

  static MetricData histogram(String name, long time, Attributes attributes) {
    return metric(name)
        .setHistogramData(
            HistogramData.create(
                AggregationTemporality.CUMULATIVE,
                List.of(
                    HistogramPointData.create(
                        time - 1_000,
                        time,
                        attributes,
                        6.5,
                        true,
                        0.01,
                        true,
                        4,
                        List.of(0.05, 1.0, 2.5),
                        List.of(1L, 0L, 2L, 3L)))))
        .build();
  }

  /** Of scale 0: one value of -2, one zero, two in (1, 2], three in (4, 8]. */
  static MetricData exponential(String name, long time, Attributes attributes) {
    return metric(name)
        .setExponentialHistogramData(
            ExponentialHistogramData.create(
                AggregationTemporality.CUMULATIVE,
                List.of(
                    ExponentialHistogramPointData.create(
                        0,
                        20,
                        1,
                        false,
                        0,
                        false,
                        0,
                        ExponentialHistogramBuckets.create(0, 0, List.of(2L, 0L, 3L)),
                        ExponentialHistogramBuckets.create(0, 0, List.of(1L)),
                        0,
                        time,
                        attributes,
                        List.of()))))
        .build();
  }

  static MetricData summary(String name, long time, Attributes attributes) {
    return metric(name)
        .setSummaryData(
            SummaryData.create(
                List.of(
                    SummaryPointData.create(
                        0,
                        time,
                        attributes,
                        3,
                        4.5,
                        List.of(
                            ValueAtQuantile.create(0.5, 1.5), ValueAtQuantile.create(0.99, 2))))))
        .build();
  }

  /** With an event, a link, and a duration of one nanosecond more than a millisecond. */
  static SpanData span(String name, long time, Attributes attributes) {
    return TestSpanData.builder()
        .setName(name)
        .setSpanContext(context(SPAN))
        .setKind(SpanKind.SERVER)
        .setStatus(StatusData.error())
        .setStartEpochNanos(time)
        .setEndEpochNanos(time + 1_000_001)
        .setHasEnded(true)
        .setAttributes(attributes)
        .setTotalAttributeCount(attributes.size() + 2)
        .setEvents(List.of(EventData.create(time + 5, "cache miss", attributes)))
        .setTotalRecordedEvents(1)
        .setLinks(List.of(LinkData.create(context("00f067aa0ba902b7"), attributes)))
        .setTotalRecordedLinks(1)
        .build();
  }

  static SpanContext context(String spanId) {
    return SpanContext.create(
        TRACE, spanId, TraceFlags.getSampled(), TraceState.builder().put("k", "v").build());
  }

  private static TestMetricData.Builder metric(String name) {
    return TestMetricData.builder().setName(name).setDescription("").setUnit("1");
  }
}
