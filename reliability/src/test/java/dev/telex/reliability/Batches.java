/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.BitSet;
import java.util.Collections;
import java.util.stream.IntStream;

/** Small batches for tests of decorators, which never look inside. */
final class Batches {

  private Batches() {}

  static Batch spans(int count) {
    return Batch.traces(IntStream.range(0, count).mapToObj(Batches::span).toList());
  }

  static Batch logs(int count) {
    return Batch.logs(Collections.nCopies(count, TestLogRecordData.builder().build()));
  }

  /** The last {@code count} items. */
  static Batch tail(Batch batch, int count) {
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
