/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.BitSet;
import java.util.stream.IntStream;

/** Small batches for tests that care for how many items there are, and not for what is in them. */
public final class SampleBatches {

  private SampleBatches() {}

  /** Spans named {@code span-0}, {@code span-1} and so on. */
  public static Batch spans(int count) {
    return Batch.traces(IntStream.range(0, count).mapToObj(SampleBatches::span).toList());
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

  /** The last {@code count} items of a batch, as a backend might ask for them again. */
  public static Batch tail(Batch batch, int count) {
    BitSet items = new BitSet();
    items.set(batch.itemCount() - count, batch.itemCount());
    return batch.retain(items);
  }

  private static SpanData span(int number) {
    return TestSpanData.builder()
        .setName("span-" + number)
        .setKind(SpanKind.INTERNAL)
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1)
        .setEndEpochNanos(2)
        .setHasEnded(true)
        .build();
  }
}
