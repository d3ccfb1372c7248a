/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One backend for both sides: takes everything, and says so after a time, or at once. */
final class AnswersLater implements Exporter, AutoCloseable {

  private final ScheduledThreadPoolExecutor clock;
  private final long micros;
  private final AtomicLong items = new AtomicLong();

  AnswersLater(long micros) {
    this.micros = micros;
    this.clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "backend");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** How many items arrived. */
  long items() {
    return items.get();
  }

  @Override
  public String name() {
    return "later";
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    ExportResult success = ExportResult.success(batch);
    if (micros == 0) {
      items.addAndGet(batch.itemCount());
      return success.completed();
    }
    CompletableFuture<ExportResult> answer = new CompletableFuture<>();
    clock.schedule(
        () -> {
          items.addAndGet(batch.itemCount());
          answer.complete(success);
        },
        micros,
        TimeUnit.MICROSECONDS);
    return answer;
  }

  private CompletableResultCode export(int count) {
    if (micros == 0) {
      items.addAndGet(count);
      return CompletableResultCode.ofSuccess();
    }
    CompletableResultCode answer = new CompletableResultCode();
    clock.schedule(
        () -> {
          items.addAndGet(count);
          answer.succeed();
        },
        micros,
        TimeUnit.MICROSECONDS);
    return answer;
  }

  SpanExporter spanExporter() {
    return new SpanExporter() {
      @Override
      public CompletableResultCode export(Collection<SpanData> spans) {
        return AnswersLater.this.export(spans.size());
      }

      @Override
      public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
      }

      @Override
      public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
      }
    };
  }

  LogRecordExporter logRecordExporter() {
    return new LogRecordExporter() {
      @Override
      public CompletableResultCode export(Collection<LogRecordData> logs) {
        return AnswersLater.this.export(logs.size());
      }

      @Override
      public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
      }

      @Override
      public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
      }
    };
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
