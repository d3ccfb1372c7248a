/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;

/** Telemetry whose documents are known. */
final class Samples {

  static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  static final String SPAN_ID = "b7ad6b7169203331";
  static final long TIME = 1721314113467_654123L;

  static final Resource RESOURCE =
      Resource.create(Attributes.builder().put("service.name", "shop").build());
  static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.builder("checkout").setVersion("1.2").build();

  private Samples() {}

  static SpanContext context(TraceState state) {
    return SpanContext.create(TRACE_ID, SPAN_ID, TraceFlags.getSampled(), state);
  }

  static TestSpanData.Builder span(String name) {
    return TestSpanData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setSpanContext(context(TraceState.getDefault()))
        .setName(name)
        .setKind(SpanKind.SERVER)
        .setStatus(StatusData.unset())
        .setStartEpochNanos(TIME)
        .setEndEpochNanos(TIME + 1_500)
        .setHasEnded(true);
  }

  static MetricData gauge(String name, Attributes attributes, double... values) {
    List<DoublePointData> points = new ArrayList<>();
    for (double value : values) {
      points.add(DoublePointData.create(0, TIME, attributes, value, List.of()));
    }
    return TestMetricData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setName(name)
        .setDescription("")
        .setUnit("1")
        .setDoubleGaugeData(GaugeData.createDoubleGaugeData(points))
        .build();
  }

  static MetricData counter(String name, Attributes attributes, long value) {
    return TestMetricData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setName(name)
        .setDescription("")
        .setUnit("1")
        .setLongSumData(
            SumData.createLongSumData(
                true,
                AggregationTemporality.CUMULATIVE,
                List.of(LongPointData.create(0, TIME, attributes, value))))
        .build();
  }
}
