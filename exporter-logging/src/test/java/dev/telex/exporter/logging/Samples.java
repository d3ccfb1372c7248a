/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Items for the tests. */
final class Samples {

  static final String TRACE_ID = "5b8efff798038103d269b633813fc60c";
  static final String SPAN_ID = "eee19b7ec3c1b174";
  static final String PARENT_ID = "eee19b7ec3c1b173";

  /** 2018-12-13T14:51:00.123456789Z. */
  static final long TIME = 1544712660123456789L;

  static final Resource RESOURCE =
      Resource.create(
          Attributes.of(
              AttributeKey.stringKey("service.name"),
              "checkout",
              AttributeKey.stringKey("host.name"),
              "web 1"));

  static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.builder("io.http").setVersion("1.2").build();

  private Samples() {}

  static SpanContext context(String spanId) {
    return SpanContext.create(TRACE_ID, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  /** A plain span; what a test is about can be set. */
  static TestSpanData.Builder span() {
    return TestSpanData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setSpanContext(context(SPAN_ID))
        .setName("GET")
        .setKind(SpanKind.SERVER)
        .setStartEpochNanos(TIME)
        .setEndEpochNanos(TIME + 12_345_678)
        .setHasEnded(true)
        .setStatus(StatusData.unset());
  }

  static Batch spans(String... names) {
    List<SpanData> spans = new ArrayList<>();
    for (String name : names) {
      spans.add(span().setName(name).build());
    }
    return Batch.traces(spans);
  }

  static Batch spans(int count) {
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spans.add(span().setName("span-" + i).build());
    }
    return Batch.traces(spans);
  }

  static TestLogRecordData.Builder log() {
    return TestLogRecordData.builder()
        .setResource(RESOURCE)
        .setInstrumentationScopeInfo(SCOPE)
        .setTimestamp(TIME, TimeUnit.NANOSECONDS)
        .setSeverity(Severity.INFO);
  }

  static Batch logs(String... bodies) {
    List<TestLogRecordData> logs = new ArrayList<>();
    for (String body : bodies) {
      logs.add(log().setBodyValue(Value.of(body)).build());
    }
    return Batch.logs(logs);
  }

  /** A metric; the SDK has no public factory for one. */
  record Metric(
      Resource getResource,
      InstrumentationScopeInfo getInstrumentationScopeInfo,
      String getName,
      String getDescription,
      String getUnit,
      MetricDataType getType,
      Data<?> getData)
      implements MetricData {}

  static Batch metric(String name, String unit, MetricDataType type, Data<?> data) {
    return Batch.metrics(
        List.of(new Metric(RESOURCE, SCOPE, name, "what it is", unit, type, data)));
  }

  static ExportResult await(CompletionStage<ExportResult> result) throws Exception {
    return result.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
