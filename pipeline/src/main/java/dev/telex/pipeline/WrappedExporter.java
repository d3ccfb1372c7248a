/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An exporter of OpenTelemetry as one of ours; what it cannot do says {@link SdkBridge}. */
final class WrappedExporter implements Exporter {

  /** Exports that may be under way; those that were given up and have not ended yet count. */
  static final int MAX_UNENDED = 64;

  /** The few things that the SDK's three types of exporters have in common. */
  private record Delegate(
      Function<Batch, CompletableResultCode> export,
      Supplier<CompletableResultCode> flush,
      Supplier<CompletableResultCode> shutdown) {}

  private final String name;
  private final Signal signal;
  private final MetricPreferences metricPreferences;
  private final Delegate delegate;
  private final InFlight inFlight;
  private final AtomicInteger unended = new AtomicInteger();
  private final AtomicReference<@Nullable CompletableFuture<ExportResult>> shut =
      new AtomicReference<>();

  private WrappedExporter(
      Object wrapped, Signal signal, MetricPreferences metricPreferences, Delegate delegate) {
    this.name = nameOf(wrapped.getClass());
    this.signal = signal;
    this.metricPreferences = metricPreferences;
    this.delegate = delegate;
    this.inFlight = new InFlight(name, signals());
  }

  static Exporter of(SpanExporter exporter) {
    return new WrappedExporter(
        exporter,
        Signal.TRACES,
        MetricPreferences.any(),
        new Delegate(batch -> exporter.export(batch.spans()), exporter::flush, exporter::shutdown));
  }

  static Exporter of(MetricExporter exporter) {
    return new WrappedExporter(
        exporter,
        Signal.METRICS,
        MetricPreferences.any().withTemporality(exporter).withAggregation(exporter),
        new Delegate(
            batch -> exporter.export(batch.metrics()), exporter::flush, exporter::shutdown));
  }

  static Exporter of(LogRecordExporter exporter) {
    return new WrappedExporter(
        exporter,
        Signal.LOGS,
        MetricPreferences.any(),
        new Delegate(batch -> exporter.export(batch.logs()), exporter::flush, exporter::shutdown));
  }

  /**
   * Not of its text, which may show endpoints and headers. An anonymous class has no simple one.
   */
  private static String nameOf(Class<?> type) {
    String simple = type.getSimpleName();
    return simple.isEmpty() ? type.getName().substring(type.getPackageName().length() + 1) : simple;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(signal);
  }

  @Override
  public MetricPreferences metricPreferences() {
    return metricPreferences;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> begin(batch, own));
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush().thenCombine(answer(delegate.flush(), "flush"), ExportResult::worse);
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    CompletableFuture<ExportResult> own = new CompletableFuture<>();
    CompletableFuture<ExportResult> first = shut.compareAndExchange(null, own);
    if (first != null) {
      return first.copy();
    }
    CompletionStage<ExportResult> drained = inFlight.shutdown(grace);
    CompletableFuture<ExportResult> closed =
        drained
            .thenCompose(result -> answer(delegate.shutdown(), "shutdown"))
            .toCompletableFuture()
            // The grace is for both; what is drained in it leaves at least nothing.
            .completeOnTimeout(
                ExportResult.permanent("shutdown of " + name + " has not ended within " + grace),
                TimeUnit.NANOSECONDS.convert(grace),
                TimeUnit.NANOSECONDS);
    drained.thenCombine(closed, ExportResult::worse).thenAccept(own::complete);
    return own.copy();
  }

  @Override
  public String toString() {
    return name;
  }

  private CompletionStage<ExportResult> begin(Batch batch, ExportContext context) {
    if (unended.incrementAndGet() > MAX_UNENDED) {
      unended.decrementAndGet();
      return ExportResult.retryable(
              "not sent: " + MAX_UNENDED + " exports of " + name + " have not ended")
          .completed();
    }
    CompletableResultCode code;
    try {
      code = delegate.export().apply(batch);
    } catch (Throwable e) {
      unended.decrementAndGet();
      throw e;
    }
    CompletableFuture<ExportResult> promise = new CompletableFuture<>();
    code.whenComplete(
        () -> {
          unended.decrementAndGet();
          promise.complete(code.isSuccess() ? ExportResult.success(batch) : failed(code, "export"));
        });
    context
        .remaining()
        .ifPresent(
            left ->
                promise.completeOnTimeout(
                    ExportResult.retryable("no time was left to wait for the end of the export")
                        .withOutcomeUnknown(),
                    TimeUnit.NANOSECONDS.convert(left),
                    TimeUnit.NANOSECONDS));
    return promise;
  }

  private CompletionStage<ExportResult> answer(Supplier<CompletableResultCode> call, String what) {
    return InFlight.attempt(
        context -> {
          CompletableResultCode code = call.get();
          CompletableFuture<ExportResult> promise = new CompletableFuture<>();
          code.whenComplete(
              () ->
                  promise.complete(code.isSuccess() ? ExportResult.success() : failed(code, what)));
          return promise;
        },
        ExportContext.none());
  }

  /** It does not say why, nor whether anything arrived: to try again is what may help. */
  private ExportResult failed(CompletableResultCode code, String what) {
    Throwable cause = code.getFailureThrowable();
    ExportResult result =
        ExportResult.retryable(
                what + " of " + name + " failed" + (cause == null ? "" : ": " + cause))
            .withOutcomeUnknown();
    return cause == null ? result : result.withCause(cause);
  }
}
