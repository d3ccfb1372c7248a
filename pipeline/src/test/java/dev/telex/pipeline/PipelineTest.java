/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.reliability.ExporterChain;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.VirtualScheduler;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a pipeline does, in virtual time and with the real SDK. */
class PipelineTest {

  private final VirtualScheduler time = new VirtualScheduler();
  private final RecordingExporter backend = RecordingExporter.named("backend");

  private PipelineBuilder builder() {
    return Pipeline.builder(backend).threads(VirtualRunner.threads(time)).nanoTime(time::nanoTime);
  }

  private static OpenTelemetrySdk sdk(Pipeline pipeline) {
    return pipeline.registerWith(
        SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
  }

  private static void spans(OpenTelemetrySdk sdk, int count) {
    for (int i = 0; i < count; i++) {
      sdk.getTracer("test").spanBuilder("span-" + i).startSpan().end();
    }
  }

  private static void log(OpenTelemetrySdk sdk, Severity severity, String body) {
    sdk.getLogsBridge().get("test").logRecordBuilder().setSeverity(severity).setBody(body).emit();
  }

  private List<Integer> sizes() {
    return backend.batches().stream().map(Batch::itemCount).toList();
  }

  private ExportResult await(CompletionStage<ExportResult> stage) {
    time.runDue();
    CompletableFuture<ExportResult> future = stage.toCompletableFuture();
    assertThat(future).isDone();
    return future.join();
  }

  @Test
  void aFullBatchLeavesAtOnceAndTheRestWithTheTime() {
    Pipeline pipeline = builder().maxBatchSize(4).maxDelay(Duration.ofSeconds(2)).build();
    OpenTelemetrySdk sdk = sdk(pipeline);

    spans(sdk, 9);
    time.runDue();
    assertThat(sizes()).containsExactly(4, 4);

    time.advance(Duration.ofMillis(1999));
    assertThat(sizes()).containsExactly(4, 4);
    time.advance(Duration.ofMillis(1));
    assertThat(sizes()).containsExactly(4, 4, 1);
    assertThat(pipeline.stats().traces().delivered()).isEqualTo(9);
    assertThat(pipeline.stats().traces().exports()).isEqualTo(3);
  }

  @Test
  void aBatchIsFullByItsBytes() {
    Pipeline pipeline = builder().maxBatchBytes(3000).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    String kilobyte = "x".repeat(1000);
    for (int i = 0; i < 7; i++) {
      log(sdk, Severity.INFO, kilobyte);
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(sizes()).containsExactly(2, 2, 2, 1);
  }

  @Test
  void severalBatchesAreUnderWayAndNoMoreThanAllowed() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline = builder().maxBatchSize(2).maxQueueSize(6).maxInFlight(3).build();
    OpenTelemetrySdk sdk = sdk(pipeline);

    for (int i = 0; i < 5; i++) {
      spans(sdk, 2);
      time.runDue();
    }
    assertThat(backend.calls()).hasSize(3);
    assertThat(pipeline.stats().traces().inFlight()).isEqualTo(6);
    assertThat(pipeline.stats().traces().queued()).isEqualTo(4);

    // Two more fit, and the third does not.
    spans(sdk, 3);
    assertThat(pipeline.stats().traces().dropped()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 1L));

    RecordingExporter.Call first = backend.calls().get(0);
    first.held().complete(ExportResult.success(first.batch()));
    time.runDue();
    assertThat(backend.calls()).hasSize(4);
    assertThat(pipeline.stats().traces().queued()).isEqualTo(4);
  }

  @Test
  void allThreeSignalsArriveBeforeTheSdkIsClosed() {
    Pipeline pipeline = builder().build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 3);
    log(sdk, Severity.INFO, "a line");
    sdk.getMeter("test").counterBuilder("count").build().add(1, Attributes.empty());

    var closed = sdk.shutdown();
    time.runDue();

    assertThat(closed.isSuccess()).isTrue();
    assertThat(backend.shutdowns()).isEqualTo(1);
    PipelineStats stats = pipeline.stats();
    assertThat(stats.traces().delivered()).isEqualTo(3);
    assertThat(stats.logs().delivered()).isEqualTo(1);
    assertThat(stats.of(Signal.METRICS).delivered()).isEqualTo(1);
    assertThat(time.pending()).as("timers left").isZero();
  }

  @Test
  void aFlushExportsWhatWasEmittedAndTellsTheTruth() {
    Pipeline pipeline = builder().maxBatchSize(2).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    assertThat(await(pipeline.forceFlush()).status()).isEqualTo(ExportResult.Status.SUCCESS);

    backend.thenAnswer(ExportResult.permanent("bad"));
    spans(sdk, 3);
    assertThat(await(pipeline.forceFlush()).status()).isEqualTo(ExportResult.Status.PERMANENT);
    assertThat(sizes()).containsExactly(2, 1);
    assertThat(backend.flushes()).isEqualTo(2);
    assertThat(pipeline.stats().traces().dropped()).isEqualTo(Map.of(DropReason.EXPORT_FAILED, 2L));

    backend.thenAnswer(batch -> ExportResult.partial(batch, List.of(new Rejection(1, "old"))));
    spans(sdk, 2);
    var ofTheSdk = sdk.getSdkTracerProvider().forceFlush();
    time.runDue();
    assertThat(ofTheSdk.isSuccess()).isTrue();
    assertThat(pipeline.stats().traces().rejected()).isEqualTo(1);

    backend.thenAnswer(ExportResult.retryable("busy"));
    spans(sdk, 1);
    ofTheSdk = sdk.getSdkTracerProvider().forceFlush();
    time.runDue();
    assertThat(ofTheSdk.isDone()).isTrue();
    assertThat(ofTheSdk.isSuccess()).isFalse();
  }

  @Test
  void aFlushWaitsForEarlierExportsToo() {
    backend.thenHold();
    Pipeline pipeline = builder().maxBatchSize(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 1);
    time.runDue();
    CompletableFuture<ExportResult> flush = pipeline.forceFlush().toCompletableFuture();
    time.runDue();
    assertThat(flush).isNotDone();
    backend.calls().get(0).held().complete(ExportResult.retryable("late"));
    assertThat(await(flush).status()).isEqualTo(ExportResult.Status.RETRYABLE);
  }

  @Test
  void anExportThatNeverEndsIsCancelledAndItsPlaceIsFree() {
    backend.thenHold();
    Pipeline pipeline =
        builder().maxBatchSize(1).maxInFlight(1).exportTimeout(Duration.ofSeconds(5)).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 2);
    time.runDue();
    CompletableFuture<ExportResult> flush = pipeline.forceFlush().toCompletableFuture();
    assertThat(backend.calls()).hasSize(1);
    assertThat(backend.calls().get(0).context().remaining()).contains(Duration.ofSeconds(5));

    time.advance(Duration.ofSeconds(5));
    assertThat(backend.calls().get(0).context().isCancelled()).isTrue();
    assertThat(backend.calls()).hasSize(2);
    assertThat(flush.join().status()).isEqualTo(ExportResult.Status.RETRYABLE);
    SignalStats stats = pipeline.stats().traces();
    assertThat(stats.dropped()).isEqualTo(Map.of(DropReason.TIMEOUT, 1L));
    assertThat(stats.unknown()).isEqualTo(1);
    assertThat(stats.delivered()).isEqualTo(1);
  }

  @Test
  void whatAnExporterDoesWrongIsAFailure() {
    backend
        .then(
            call -> {
              throw new IllegalStateException("broken");
            })
        .then(call -> null)
        .then(call -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
    Pipeline pipeline = builder().maxBatchSize(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 4);
    assertThat(await(pipeline.forceFlush()).status()).isEqualTo(ExportResult.Status.PERMANENT);
    assertThat(pipeline.stats().traces().dropped()).isEqualTo(Map.of(DropReason.EXPORT_FAILED, 3L));
    assertThat(pipeline.stats().traces().delivered()).isEqualTo(1);
  }

  @Test
  void aShutdownHandsOverWhatWaitsAndSaysWhatWasNotSent() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline = builder().maxBatchSize(2).maxInFlight(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 5);
    CompletableFuture<ExportResult> shutdown =
        pipeline.shutdown(Duration.ofSeconds(10)).toCompletableFuture();
    time.advance(Duration.ofMillis(4999));
    assertThat(sizes()).containsExactly(2);
    assertThat(backend.shutdowns()).isZero();

    time.advance(Duration.ofMillis(1));
    assertThat(sizes()).containsExactly(2, 2, 1);
    assertThat(backend.shutdowns()).isEqualTo(1);
    RecordingExporter.Call first = backend.calls().get(0);
    first.held().complete(ExportResult.success(first.batch()));

    time.advance(Duration.ofSeconds(5));
    assertThat(shutdown).isDone();
    assertThat(shutdown.join().status()).isEqualTo(ExportResult.Status.SHUTDOWN);
    SignalStats stats = pipeline.stats().traces();
    assertThat(stats.delivered()).isEqualTo(2);
    assertThat(stats.dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 3L));
    assertThat(stats.unknown()).isEqualTo(3);

    spans(sdk, 1);
    assertThat(pipeline.stats().traces().dropped(DropReason.ALREADY_SHUTDOWN)).isEqualTo(1);
    assertThat(pipeline.shutdown(Duration.ZERO)).isCompleted();
    assertThat(time.pending()).as("timers left").isZero();
  }

  @Test
  void whatWaitsAtAShutdownGoesToTheFallback() {
    backend.otherwise(RecordingExporter.Call::held);
    RecordingExporter file = RecordingExporter.named("file");
    Pipeline pipeline =
        Pipeline.builder(
                ExporterChain.of(backend)
                    .fallback(file)
                    .scheduler(time, time::nanoTime)
                    .executor(Runnable::run)
                    .build())
            .threads(VirtualRunner.threads(time))
            .nanoTime(time::nanoTime)
            .maxBatchSize(2)
            .maxInFlight(1)
            .build();
    spans(sdk(pipeline), 5);
    CompletableFuture<ExportResult> shutdown =
        pipeline.shutdown(Duration.ofSeconds(10)).toCompletableFuture();
    time.advance(Duration.ofSeconds(10));

    assertThat(shutdown.join().isDelivered()).as(shutdown.join().toString()).isTrue();
    assertThat(file.batches().stream().mapToInt(Batch::itemCount).sum()).isEqualTo(5);
    SignalStats stats = pipeline.stats().traces();
    assertThat(stats.delivered()).isEqualTo(5);
    assertThat(stats.fellBack()).isEqualTo(5);
    assertThat(stats.dropped()).isEmpty();
    assertThat(pipeline).hasToString("Pipeline(Fallback(backend, file))");
  }

  @Test
  void aGraceOfZeroDropsWhatWaits() {
    Pipeline pipeline = builder().build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 3);
    ExportResult result = await(pipeline.shutdown(Duration.ZERO));
    assertThat(result.status()).isEqualTo(ExportResult.Status.SHUTDOWN);
    assertThat(pipeline.stats().traces().droppedInAll()).isEqualTo(3);
  }

  @Test
  void anExporterThatDoesNotShutDownIsNotWaitedForForEver() {
    var stuck =
        new dev.telex.exporter.Exporter() {
          @Override
          public String name() {
            return "stuck";
          }

          @Override
          public CompletionStage<ExportResult> export(
              Batch batch, dev.telex.exporter.ExportContext context) {
            return ExportResult.success(batch).completed();
          }

          @Override
          public CompletionStage<ExportResult> shutdown(Duration grace) {
            return new CompletableFuture<>();
          }
        };
    Pipeline pipeline =
        Pipeline.builder(stuck)
            .threads(VirtualRunner.threads(time))
            .nanoTime(time::nanoTime)
            .build();
    CompletableFuture<ExportResult> shutdown =
        pipeline.shutdown(Duration.ofSeconds(3)).toCompletableFuture();
    time.advance(Duration.ofMillis(3999));
    assertThat(shutdown).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(shutdown.join().status()).isEqualTo(ExportResult.Status.SHUTDOWN);
  }

  @Test
  void aGraceMayBeForEver() {
    backend.thenHold();
    Duration forEver = ChronoUnit.FOREVER.getDuration();
    Pipeline pipeline =
        builder().shutdownGrace(forEver).exportTimeout(forEver).maxDelay(forEver).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 1);
    CompletableFuture<ExportResult> shutdown = pipeline.shutdown(forEver).toCompletableFuture();
    time.advance(Duration.ofDays(30));
    assertThat(shutdown).isNotDone();
    backend.calls().get(0).held().complete(ExportResult.success(backend.batches().get(0)));
    assertThat(await(shutdown).status()).isEqualTo(ExportResult.Status.SUCCESS);
  }

  /** A provider that is shut alone, and then the pipeline with less time. */
  @Test
  void theShorterGraceCounts() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline = builder().maxBatchSize(1).maxInFlight(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 2);
    time.runDue();
    var ofTheSdk = sdk.getSdkTracerProvider().shutdown();
    CompletableFuture<ExportResult> shutdown =
        pipeline.shutdown(Duration.ofSeconds(2)).toCompletableFuture();
    time.advance(Duration.ofSeconds(1));
    assertThat(backend.calls()).hasSize(2);
    assertThat(ofTheSdk.isDone()).isFalse();
    time.advance(Duration.ofSeconds(1));
    assertThat(shutdown.join().status()).isEqualTo(ExportResult.Status.SHUTDOWN);
    assertThat(ofTheSdk.isDone()).isTrue();
    assertThat(ofTheSdk.isSuccess()).isFalse();
    assertThat(time.pending()).as("timers left").isZero();
  }

  @Test
  void aProviderThatIsShutAloneTellsTheTruthWithinItsGrace() {
    backend.thenHold();
    Pipeline pipeline = builder().maxBatchSize(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 1);
    var ofTheSdk = sdk.getSdkTracerProvider().shutdown();
    time.advance(Duration.ofMillis(9999));
    assertThat(ofTheSdk.isDone()).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(ofTheSdk.isDone()).isTrue();
    assertThat(ofTheSdk.isSuccess()).isFalse();
    assertThat(backend.shutdowns()).isZero();
    log(sdk, Severity.INFO, "others go on");
    sdk.getSdkLoggerProvider().forceFlush();
    time.runDue();
    assertThat(pipeline.stats().logs().delivered()).isEqualTo(1);
    time.advance(Duration.ofMinutes(2));
    assertThat(pipeline.stats().traces().dropped()).isEqualTo(Map.of(DropReason.TIMEOUT, 1L));
  }

  @Test
  void theOldestMakesRoom() {
    backend.thenHold();
    Pipeline pipeline =
        builder()
            .maxBatchSize(1)
            .maxQueueSize(3)
            .maxInFlight(1)
            .overflow(Overflow.DROP_OLDEST)
            .build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 1);
    time.runDue();
    for (int i = 1; i <= 5; i++) {
      log(sdk, Severity.INFO, "log");
      sdk.getTracer("test").spanBuilder("waits-" + i).startSpan().end();
    }
    assertThat(pipeline.stats().traces().dropped()).isEqualTo(Map.of(DropReason.EVICTED, 2L));
    CompletableFuture<ExportResult> flush = pipeline.forceFlush().toCompletableFuture();
    time.runDue();
    RecordingExporter.Call first = backend.calls().get(0);
    first.held().complete(ExportResult.success(first.batch()));
    time.runDue();
    assertThat(names()).containsExactly("span-0", "waits-3", "waits-4", "waits-5");
    assertThat(flush.join().status()).isEqualTo(ExportResult.Status.SUCCESS);
  }

  @Test
  void errorsAndWarningsSurviveAFullQueue() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline =
        builder()
            .maxBatchSize(2)
            .maxQueueSize(3)
            .maxInFlight(1)
            .overflow(Overflow.KEEP_WHAT_MATTERS)
            .build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 2);
    log(sdk, Severity.INFO, "first");
    log(sdk, Severity.INFO, "second");
    time.runDue();
    spans(sdk, 3);
    for (int i = 0; i < 4; i++) {
      var span = sdk.getTracer("test").spanBuilder("error-" + i).startSpan();
      span.setStatus(StatusCode.ERROR);
      span.end();
    }
    for (Severity severity :
        List.of(Severity.INFO, Severity.INFO, Severity.WARN, Severity.ERROR, Severity.FATAL)) {
      log(sdk, severity, severity.name());
    }
    assertThat(pipeline.stats().traces().dropped())
        .isEqualTo(Map.of(DropReason.EVICTED, 3L, DropReason.QUEUE_FULL, 1L));
    assertThat(pipeline.stats().logs().dropped()).isEqualTo(Map.of(DropReason.EVICTED, 2L));

    backend.otherwise(call -> ExportResult.success(call.batch()).completed());
    backend.calls().forEach(call -> call.held().complete(ExportResult.success(call.batch())));
    await(pipeline.forceFlush());
    assertThat(names()).containsExactly("span-0", "span-1", "error-0", "error-1", "error-2");
    assertThat(
            backend.batches().stream()
                .filter(batch -> batch.signal() == Signal.LOGS)
                .skip(1)
                .flatMap(batch -> batch.logs().stream())
                .map(log -> log.getSeverity()))
        .containsExactly(Severity.WARN, Severity.ERROR, Severity.FATAL);
  }

  @Test
  void theQueueIsBoundedInBytes() {
    for (Overflow policy :
        List.of(Overflow.DROP_NEWEST, Overflow.DROP_OLDEST, Overflow.KEEP_WHAT_MATTERS)) {
      RecordingExporter hung = RecordingExporter.named("hung");
      hung.otherwise(RecordingExporter.Call::held);
      Pipeline pipeline =
          Pipeline.builder(hung)
              .threads(VirtualRunner.threads(time))
              .nanoTime(time::nanoTime)
              .overflow(policy)
              .maxInFlight(1)
              .maxBatchSize(4)
              .maxBatchBytes(100_000)
              .maxQueueBytes(1_000_000)
              .build();
      OpenTelemetrySdk sdk = sdk(pipeline);
      String large = "x".repeat(100_000);
      for (int i = 0; i < 40; i++) {
        log(sdk, Severity.INFO, large);
        time.runDue();
      }
      SignalStats stats = pipeline.stats().logs();
      assertThat(stats.inFlight()).as(policy.toString()).isEqualTo(1);
      assertThat(stats.queued()).as(policy.toString()).isBetween(8L, 9L);
      assertThat(stats.droppedInAll() + stats.queued() + 1).isEqualTo(40);
    }
  }

  @Test
  void metricsAreCollectedWithTheTimeAndNotWhileTheLastOnesWait() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline = builder().maxBatchSize(2).maxInFlight(1).build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    var counter = sdk.getMeter("test").counterBuilder("count").build();
    for (long i = 0; i < 5; i++) {
      counter.add(1, Attributes.of(io.opentelemetry.api.common.AttributeKey.longKey("n"), i));
    }
    time.advance(Duration.ofSeconds(59));
    assertThat(sizes()).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(sizes()).containsExactly(2);
    assertThat(pipeline.stats().metrics().queued()).isEqualTo(3);
    time.advance(Duration.ofSeconds(60));
    assertThat(pipeline.stats().metrics().emitted()).isEqualTo(5);

    backend.otherwise(call -> ExportResult.success(call.batch()).completed());
    backend.calls().forEach(call -> call.held().complete(ExportResult.success(call.batch())));
    time.runDue();
    assertThat(sizes()).containsExactly(2, 2, 1, 2, 2, 1);
    assertThat(pipeline.stats().metrics().delivered()).isEqualTo(10);
  }

  @Test
  void aClockThatGoesBackKeepsNothingFromLeaving() {
    long[] jump = {0};
    Pipeline pipeline =
        Pipeline.builder(backend)
            .threads(VirtualRunner.threads(time))
            .nanoTime(() -> time.nanoTime() + jump[0])
            .build();
    OpenTelemetrySdk sdk = sdk(pipeline);
    time.advance(Duration.ofSeconds(10));
    jump[0] = -Duration.ofDays(1).toNanos();
    spans(sdk, 1);
    time.advance(Duration.ofSeconds(2));
    assertThat(sizes()).containsExactly(1);
    jump[0] = Duration.ofDays(1).toNanos();
    spans(sdk, 1);
    time.advance(Duration.ofSeconds(2));
    assertThat(sizes()).containsExactly(1, 1);
    assertThat(await(pipeline.shutdown(Duration.ofSeconds(1))).status())
        .isEqualTo(ExportResult.Status.SUCCESS);
  }

  @Test
  void spansThatAreNotSampledAndSignalsThatAreNotCarriedPassBy() {
    backend.carrying(Signal.TRACES);
    Pipeline pipeline = builder().build();
    OpenTelemetrySdk sdk =
        pipeline.registerWith(
            SdkTracerProvider.builder().setSampler(Sampler.alwaysOff()),
            SdkMeterProvider.builder(),
            SdkLoggerProvider.builder());
    spans(sdk, 2);
    log(sdk, Severity.INFO, "nowhere");
    await(pipeline.forceFlush());
    assertThat(pipeline.stats().traces().emitted()).isZero();
    assertThatThrownBy(pipeline::logRecordProcessor)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backend does not carry logs");
    assertThatThrownBy(pipeline::metricReader).hasMessage("backend does not carry metrics");
  }

  @Test
  void settingsAreCheckedAtOnce() {
    assertThatThrownBy(() -> builder().maxQueueSize(0))
        .hasMessage("maxQueueSize is 0: want 1 or more");
    assertThatThrownBy(() -> builder().maxDelay(Duration.ZERO))
        .hasMessage("maxDelay is PT0S: want more than zero");
    assertThatThrownBy(() -> builder().maxQueueSize(8).build())
        .hasMessage("maxBatchSize is 512: want no more than maxQueueSize, 8");
    assertThatThrownBy(() -> Overflow.block(Duration.ZERO))
        .hasMessage("maxWait is PT0S: want more than zero");
    Pipeline pipeline = builder().build();
    pipeline.metricReader(Duration.ofSeconds(5));
    assertThatThrownBy(pipeline::metricReader)
        .hasMessageContaining("has the interval PT5S already: cannot be asked for with PT1M");
  }

  private List<String> names() {
    return backend.batches().stream()
        .filter(batch -> batch.signal() == Signal.TRACES)
        .flatMap(batch -> batch.spans().stream())
        .map(span -> span.getName())
        .toList();
  }
}
