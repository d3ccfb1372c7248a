/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads of a pipeline: what blocks or interrupts them, and that they end. */
class PipelineThreadsTest {

  private final RecordingExporter backend = RecordingExporter.named("backend");
  private final BlockingQueue<RecordingExporter.Call> held = new LinkedBlockingQueue<>();
  private @Nullable Pipeline pipeline;

  @AfterEach
  void end() {
    if (pipeline != null) {
      pipeline.shutdown(Duration.ZERO);
    }
  }

  private CompletableFuture<ExportResult> hold(RecordingExporter.Call call) {
    held.add(call);
    return call.held();
  }

  private OpenTelemetrySdk start(PipelineBuilder builder) {
    Pipeline built = builder.build();
    pipeline = built;
    return built.registerWith(
        SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
  }

  private Pipeline pipeline() {
    return Objects.requireNonNull(pipeline);
  }

  private static void span(OpenTelemetrySdk sdk) {
    sdk.getTracer("test").spanBuilder("span").startSpan().end();
  }

  @Test
  void anInterruptedWorkerGoesOn() throws Exception {
    OpenTelemetrySdk sdk = start(Pipeline.builder(backend).maxBatchSize(1));
    backend.then(
        call -> {
          Thread.currentThread().interrupt();
          return ExportResult.success(call.batch()).completed();
        });
    AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    backend.then(
        call -> {
          worker.set(Thread.currentThread());
          return ExportResult.success(call.batch()).completed();
        });
    for (int i = 0; i < 2; i++) {
      span(sdk);
      assertThat(pipeline().forceFlush().toCompletableFuture().get(30, SECONDS).isDelivered())
          .isTrue();
    }
    Thread thread = Objects.requireNonNull(worker.get());
    thread.interrupt();
    span(sdk);
    pipeline().forceFlush().toCompletableFuture().get(30, SECONDS);
    assertThat(pipeline().stats().traces().delivered()).isEqualTo(3);
    assertThat(thread.getName()).isEqualTo("telex-pipeline-traces");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void anExporterThatBlocksIsInterruptedWhenItsTimeIsOver() throws Exception {
    OpenTelemetrySdk sdk =
        start(Pipeline.builder(backend).maxBatchSize(1).exportTimeout(Duration.ofMillis(50)));
    CountDownLatch never = new CountDownLatch(1);
    backend.then(
        call -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            return ExportResult.failure(e).completed();
          }
          return null;
        });
    span(sdk);
    // It returns whether the worker is still blocked or not; the next one waits for the worker.
    pipeline().forceFlush().toCompletableFuture().get(30, SECONDS);
    span(sdk);
    CompletableFuture<Boolean> arrived = new CompletableFuture<>();
    backend.otherwise(
        call -> {
          arrived.complete(true);
          return ExportResult.success(call.batch()).completed();
        });
    span(sdk);
    assertThat(arrived.get(30, SECONDS)).isTrue();
    assertThat(pipeline().stats().traces().dropped(DropReason.TIMEOUT)).isEqualTo(1);
  }

  @Test
  void aShutdownEndsAlthoughAnExporterBlocks() throws Exception {
    OpenTelemetrySdk sdk = start(Pipeline.builder(backend).maxBatchSize(1));
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    backend.then(
        call -> {
          blocked.countDown();
          boolean done = false;
          while (!done) {
            try {
              free.await();
              done = true;
            } catch (InterruptedException e) {
              // It takes no notice, which no exporter may do.
            }
          }
          return ExportResult.success(call.batch()).completed();
        });
    span(sdk);
    assertThat(blocked.await(30, SECONDS)).isTrue();
    span(sdk);
    CompletableFuture<ExportResult> flush = pipeline().forceFlush().toCompletableFuture();
    ExportResult result =
        pipeline().shutdown(Duration.ofMillis(20)).toCompletableFuture().get(30, SECONDS);
    assertThat(result.status()).isEqualTo(ExportResult.Status.SHUTDOWN);
    assertThat(flush.get(30, SECONDS).status()).isEqualTo(ExportResult.Status.SHUTDOWN);
    assertThat(pipeline().stats().traces().inFlight()).isEqualTo(1);
    assertThat(pipeline().stats().traces().queued()).isEqualTo(1);
    free.countDown();
    for (Thread thread : threads()) {
      thread.join(SECONDS.toMillis(30));
    }
    SignalStats stats = pipeline().stats().traces();
    assertThat(stats.dropped()).isEqualTo(Map.of(DropReason.SHUTDOWN, 2L));
    assertThat(stats.queued() + stats.inFlight()).isZero();
    assertThat(pipeline().forceFlush().toCompletableFuture().get(30, SECONDS).isDelivered())
        .as("nothing waits")
        .isTrue();
  }

  @Test
  void whoEmitsWaitsForRoom() throws Exception {
    backend.otherwise(this::hold);
    OpenTelemetrySdk sdk =
        start(
            Pipeline.builder(backend)
                .maxBatchSize(1)
                .maxQueueSize(1)
                .maxInFlight(1)
                .overflow(Overflow.block(Duration.ofSeconds(30))));
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 10; i++) {
                span(sdk);
              }
            });
    for (int i = 0; i < 10; i++) {
      RecordingExporter.Call call = Objects.requireNonNull(held.poll(30, SECONDS));
      call.held().complete(ExportResult.success(call.batch()));
    }
    producer.get(30, SECONDS);
    pipeline().forceFlush().toCompletableFuture().get(30, SECONDS);
    assertThat(pipeline().stats().traces().delivered()).isEqualTo(10);
    assertThat(pipeline().stats().traces().dropped()).isEmpty();
  }

  @Test
  void whoEmitsDoesNotWaitForEver() throws Exception {
    backend.otherwise(this::hold);
    OpenTelemetrySdk sdk =
        start(
            Pipeline.builder(backend)
                .maxBatchSize(1)
                .maxQueueSize(1)
                .maxInFlight(1)
                .overflow(Overflow.block(Duration.ofMillis(5))));
    for (int i = 0; i < 10; i++) {
      span(sdk);
    }
    SignalStats stats = pipeline().stats().traces();
    assertThat(stats.dropped(DropReason.QUEUE_FULL)).isBetween(7L, 9L);

    Thread.currentThread().interrupt();
    span(sdk);
    assertThat(Thread.interrupted()).as("the interrupt was kept").isTrue();
    assertThat(pipeline().stats().traces().emitted()).isEqualTo(11);
  }

  @Test
  void whoWaitsForRoomIsLetGoAtTheShutdown() throws Exception {
    backend.otherwise(this::hold);
    OpenTelemetrySdk sdk =
        start(
            Pipeline.builder(backend)
                .maxBatchSize(1)
                .maxQueueSize(1)
                .maxInFlight(1)
                .overflow(Overflow.block(Duration.ofDays(1))));
    span(sdk);
    assertThat(held.poll(30, SECONDS)).isNotNull();
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 3; i++) {
                span(sdk);
              }
            });
    pipeline().shutdown(Duration.ofMillis(50)).toCompletableFuture().get(30, SECONDS);
    producer.get(30, SECONDS);
    assertThat(pipeline().stats().traces().droppedInAll()).isEqualTo(4);
  }

  @Test
  void noThreadIsLeft() throws Exception {
    OpenTelemetrySdk sdk = start(Pipeline.builder(backend));
    span(sdk);
    assertThat(threads()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(sdk.shutdown().join(30, SECONDS).isSuccess()).isTrue();
    assertThat(pipeline().stats().of(Signal.TRACES).delivered()).isEqualTo(1);
    for (Thread thread : threads()) {
      thread.join(SECONDS.toMillis(30));
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("telex-pipeline"))
        .toList();
  }

  @Test
  void metricsAreCollectedOnceAtTheEnd() throws Exception {
    for (int i = 0; i < 200; i++) {
      RecordingExporter exporter = RecordingExporter.named("backend");
      Pipeline each = Pipeline.builder(exporter).build();
      SdkMeterProvider meters =
          SdkMeterProvider.builder().registerMetricReader(each.metricReader()).build();
      meters.get("test").counterBuilder("count").build().add(1);
      // The worker is at work already when it is told to close.
      each.metricReader().forceFlush().join(30, SECONDS);
      int before = exporter.batches().size();
      assertThat(each.shutdown(Duration.ofSeconds(30)).toCompletableFuture().get(30, SECONDS))
          .extracting(ExportResult::isDelivered)
          .isEqualTo(true);
      assertThat(exporter.batches()).hasSize(before + 1);
    }
  }
}
