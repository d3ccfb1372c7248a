/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/**
 * In what spans and log records differ on their way.
 *
 * @param <E> what the SDK emits
 * @param <D> what is exported of it
 */
interface ItemKind<E, D> {

  ItemKind<ReadableSpan, SpanData> SPANS =
      new ItemKind<>() {
        @Override
        public SpanData data(ReadableSpan span) {
          return span.toSpanData();
        }

        @Override
        public long weigh(ItemSize size, SpanData span) {
          return size.of(span);
        }

        @Override
        public boolean matters(SpanData span) {
          return span.getStatus().getStatusCode() == StatusCode.ERROR;
        }

        @Override
        public Batch batch(List<SpanData> spans) {
          return Batch.traces(spans);
        }
      };

  ItemKind<ReadWriteLogRecord, LogRecordData> LOGS =
      new ItemKind<>() {
        @Override
        public LogRecordData data(ReadWriteLogRecord log) {
          return log.toLogRecordData();
        }

        @Override
        public long weigh(ItemSize size, LogRecordData log) {
          return size.of(log);
        }

        @Override
        public boolean matters(LogRecordData log) {
          return log.getSeverity().getSeverityNumber() >= Severity.WARN.getSeverityNumber();
        }

        @Override
        public Batch batch(List<LogRecordData> logs) {
          return Batch.logs(logs);
        }
      };

  /** The immutable data of an item that has ended. */
  D data(E item);

  /** An estimate of its bytes. */
  long weigh(ItemSize size, D data);

  /** Whether {@link Overflow#KEEP_WHAT_MATTERS} keeps it. */
  boolean matters(D data);

  /** A batch of a copy of the list. */
  Batch batch(List<D> items);
}
