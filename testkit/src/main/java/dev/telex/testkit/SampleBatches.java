/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Small batches for tests that care for how many items there are, and not for what is in them. */
public final class SampleBatches {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

  private SampleBatches() {}

  /** Spans named {@code span-0}, {@code span-1} and so on. */
  public static Batch spans(int count) {
    return Batch.traces(
        IntStream.range(0, count).mapToObj(number -> span(number).build()).toList());
  }

  /** Log records with the bodies {@code log-0}, {@code log-1} and so on. */
  public static Batch logs(int count) {
    return Batch.logs(
        IntStream.range(0, count)
            .mapToObj(
                number ->
                    TestLogRecordData.builder()
                        .setSeverity(Severity.INFO)
                        .setBody("log-" + number)
                        .build())
            .toList());
  }

  /** One counter, named {@code sample.requests}, with that many data points. */
  public static Batch metrics(int points) {
    return points == 0 ? Batch.metrics(List.of()) : Batch.metrics(List.of(counter(points)));
  }

  /** Items of a signal: {@link #spans}, {@link #metrics} or {@link #logs}. */
  public static Batch of(Signal signal, int count) {
    return switch (signal) {
      case TRACES -> spans(count);
      case METRICS -> metrics(count);
      case LOGS -> logs(count);
    };
  }

  /** The last {@code count} items of a batch, as a backend might ask for them again. */
  public static Batch tail(Batch batch, int count) {
    BitSet items = new BitSet();
    items.set(batch.itemCount() - count, batch.itemCount());
    return batch.retain(items);
  }

  static TestSpanData.Builder span(int number) {
    return TestSpanData.builder()
        .setName("span-" + number)
        .setSpanContext(
            SpanContext.create(
                TRACE_ID,
                SpanId.fromLong(number + 1L),
                TraceFlags.getSampled(),
                TraceState.getDefault()))
        .setKind(SpanKind.INTERNAL)
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1)
        .setEndEpochNanos(2)
        .setHasEnded(true);
  }

  private static MetricData counter(int points) {
    List<LongPointData> data =
        IntStream.range(0, points)
            .mapToObj(
                number ->
                    LongPointData.create(
                        1, 2, Attributes.of(AttributeKey.longKey("n"), (long) number), number))
            .toList();
    return TestMetricData.builder()
        .setName("sample.requests")
        .setDescription("Requests of a test")
        .setUnit("1")
        .setLongSumData(SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, data))
        .build();
  }
}
