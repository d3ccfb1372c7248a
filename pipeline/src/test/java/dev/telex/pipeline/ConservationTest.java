/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.Join;
import dev.telex.reliability.RetryPolicy;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Under fire no item is lost from the books: 8 producers, exporters that fail, hang and recover,
 * flushes at any time and a shutdown in the middle, over many random runs. {@code
 * -Dtelex.conservation.seed} repeats one run, and {@code -Dtelex.conservation.runs} says how many.
 */
@Tag("slow")
class ConservationTest {

  private static final int PRODUCERS = 8;
  private static final int RUNS = Integer.getInteger("telex.conservation.runs", 2000);
  private static final AttributeKey<Long> NUMBER = AttributeKey.longKey("n");

  private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(1);
  private final ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);

  private final Logger logger = Logger.getLogger("dev.telex");

  @BeforeEach
  void beQuiet() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void stop() {
    logger.setLevel(null);
    later.shutdownNow();
    producers.shutdownNow();
  }

  @Test
  void whatWasEmittedIsDeliveredRejectedOrDropped() throws Exception {
    later.setRemoveOnCancelPolicy(true);
    Long given = Long.getLong("telex.conservation.seed");
    long first = given == null ? System.nanoTime() : given;
    int runs = given == null ? RUNS : 1;
    LongAdder delivered = new LongAdder();
    LongAdder rejected = new LongAdder();
    LongAdder dropped = new LongAdder();
    for (int run = 0; run < runs; run++) {
      long seed = first + run;
      try {
        PipelineStats stats = new Run(seed).go();
        for (Signal signal : Signal.values()) {
          delivered.add(stats.of(signal).delivered());
          rejected.add(stats.of(signal).rejected());
          dropped.add(stats.of(signal).droppedInAll());
        }
      } catch (AssertionError | Exception e) {
        throw new AssertionError("-Dtelex.conservation.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
    System.out.printf(
        "%d runs from seed %d: %s delivered, %s rejected, %s dropped%n",
        runs, first, delivered, rejected, dropped);
    if (given == null) {
      assertThat(delivered.sum()).isPositive();
      assertThat(rejected.sum()).isPositive();
      assertThat(dropped.sum()).isPositive();
    }
  }

  private final class Run {
    private final SplittableRandom random;
    private final AtomicLong salt = new AtomicLong();
    private final long seed;
    private final LongAdder spans = new LongAdder();
    private final LongAdder logs = new LongAdder();

    Run(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
    }

    PipelineStats go() throws Exception {
      Exporter exporter = exporter();
      Pipeline pipeline = pipeline(exporter);
      OpenTelemetrySdk sdk =
          pipeline.registerWith(
              SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
      List<CompletableFuture<?>> ends = new ArrayList<>();
      Phaser start = new Phaser(PRODUCERS + 1);
      int items = 20 + random.nextInt(80);
      for (int i = 0; i < PRODUCERS; i++) {
        SplittableRandom own = random.split();
        ends.add(
            CompletableFuture.runAsync(
                () -> {
                  start.arriveAndAwaitAdvance();
                  produce(sdk, own, items);
                },
                producers));
      }
      start.arriveAndAwaitAdvance();
      List<CompletableFuture<ExportResult>> promises = new ArrayList<>();
      int flushes = random.nextInt(4);
      for (int i = 0; i < flushes; i++) {
        pause();
        promises.add(pipeline.forceFlush().toCompletableFuture());
      }
      pause();
      Duration grace = Duration.ofMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(1, 20));
      CompletableFuture<ExportResult> shutdown = pipeline.shutdown(grace).toCompletableFuture();
      shutdown.get(30, TimeUnit.SECONDS);
      for (CompletableFuture<?> end : ends) {
        end.get(30, TimeUnit.SECONDS);
      }
      for (CompletableFuture<ExportResult> promise : promises) {
        promise.get(30, TimeUnit.SECONDS);
      }
      return check(pipeline);
    }

    private PipelineStats check(Pipeline pipeline) throws InterruptedException {
      // A worker that was busy when the grace ended may still be at its last step.
      PipelineStats stats = pipeline.stats();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!isSettled(stats) && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        stats = pipeline.stats();
      }
      assertThat(stats.traces().emitted()).as("spans").isEqualTo(spans.sum());
      assertThat(stats.logs().emitted()).as("logs").isEqualTo(logs.sum());
      for (Signal signal : Signal.values()) {
        SignalStats of = stats.of(signal);
        assertThat(of.queued()).as("queued %s of %s", signal, of).isZero();
        assertThat(of.inFlight()).as("in flight %s of %s", signal, of).isZero();
        assertThat(of.delivered() + of.rejected() + of.droppedInAll())
            .as("%s of %s", signal, of)
            .isEqualTo(of.emitted());
      }
      return stats;
    }

    private static boolean isSettled(PipelineStats stats) {
      for (Signal signal : Signal.values()) {
        if (stats.of(signal).queued() + stats.of(signal).inFlight() > 0) {
          return false;
        }
      }
      return true;
    }

    private Pipeline pipeline(Exporter exporter) {
      int queue = 1 << random.nextInt(3, 9);
      List<Overflow> policies =
          List.of(
              Overflow.DROP_NEWEST,
              Overflow.DROP_OLDEST,
              Overflow.KEEP_WHAT_MATTERS,
              Overflow.block(Duration.ofMillis(1)));
      return Pipeline.builder(exporter)
          .maxQueueSize(queue)
          .maxBatchSize(Math.max(1, queue >> random.nextInt(4)))
          .maxQueueBytes(random.nextInt(4) == 0 ? 4096 : 1 << 20)
          .maxBatchBytes(random.nextInt(4) == 0 ? 1024 : 4096)
          .maxInFlight(1 + random.nextInt(4))
          .maxDelay(Duration.ofMillis(1 + random.nextInt(5)))
          .metricInterval(Duration.ofMillis(1 + random.nextInt(5)))
          .exportTimeout(Duration.ofMillis(2 + random.nextInt(10)))
          .overflow(policies.get(random.nextInt(policies.size())))
          .build();
    }

    private Exporter exporter() {
      Exporter leaf = new Fickle("fickle");
      return switch (random.nextInt(4)) {
        case 0 -> leaf;
        case 1 -> ExporterChain.of(leaf).timeout(Duration.ofMillis(2)).build();
        case 2 ->
            ExporterChain.of(leaf)
                .timeout(Duration.ofMillis(2))
                .retry(
                    RetryPolicy.builder()
                        .maxAttempts(3)
                        .initialBackoff(Duration.ofMillis(1))
                        .maxBackoff(Duration.ofMillis(2))
                        .build())
                .fallback(new Fickle("fallback"))
                .build();
        default ->
            ExporterChain.fanOut(
                    Join.ALL,
                    ExporterChain.of(leaf).timeout(Duration.ofMillis(2)).named("one"),
                    ExporterChain.of(new Fickle("other")).named("two"))
                .build();
      };
    }

    private void produce(OpenTelemetrySdk sdk, SplittableRandom own, int items) {
      LongCounter counter = sdk.getMeter("fire").counterBuilder("count").build();
      for (int i = 0; i < items; i++) {
        switch (own.nextInt(5)) {
          case 0, 1 -> {
            Span span = sdk.getTracer("fire").spanBuilder("span").startSpan();
            if (own.nextInt(4) == 0) {
              span.setStatus(StatusCode.ERROR);
            }
            span.end();
            spans.increment();
          }
          case 2, 3 -> {
            sdk.getLogsBridge()
                .get("fire")
                .logRecordBuilder()
                .setSeverity(own.nextBoolean() ? Severity.INFO : Severity.ERROR)
                .setBody("x".repeat(own.nextInt(200)))
                .emit();
            logs.increment();
          }
          default -> counter.add(1, Attributes.of(NUMBER, (long) own.nextInt(20)));
        }
        if (own.nextInt(8) == 0) {
          Thread.onSpinWait();
        }
      }
    }

    private void pause() {
      for (int i = random.nextInt(2000); i > 0; i--) {
        Thread.onSpinWait();
      }
    }

    /** Does everything that exporters do, right and wrong. */
    private final class Fickle implements Exporter {
      private final String name;

      Fickle(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      // What it does wrong must reach the caller as it is.
      @SuppressWarnings("NullAway")
      @Override
      public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
        SplittableRandom mine = new SplittableRandom(seed ^ salt.incrementAndGet());
        return switch (mine.nextInt(14)) {
          case 0, 1, 2, 3 -> ExportResult.success(batch).completed();
          case 4, 5 -> after(mine, ExportResult.success(batch));
          case 6 ->
              after(
                  mine,
                  ExportResult.partial(
                      batch, List.of(new Rejection(mine.nextInt(batch.itemCount() + 2), "old"))));
          case 7 -> after(mine, ExportResult.retryable("busy"));
          case 8 -> ExportResult.permanent("bad").completed();
          case 9 ->
              ExportResult.retryable(
                      batch,
                      SampleBatches.tail(batch, 1 + mine.nextInt(batch.itemCount())),
                      List.of(),
                      "some")
                  .completed();
          case 10 -> {
            CompletableFuture<ExportResult> hung = new CompletableFuture<>();
            context.onCancel(
                () -> hung.complete(ExportResult.retryable("cancelled").withOutcomeUnknown()));
            yield hung;
          }
          case 11 -> new CompletableFuture<>();
          case 12 -> CompletableFuture.failedFuture(new IOException("reset"));
          default -> {
            switch (mine.nextInt(3)) {
              case 0 -> throw new IllegalStateException("broken");
              case 1 -> {
                Thread.currentThread().interrupt();
                yield ExportResult.success(batch).completed();
              }
              default -> {
                yield null;
              }
            }
          }
        };
      }

      private CompletionStage<ExportResult> after(SplittableRandom mine, ExportResult result) {
        CompletableFuture<ExportResult> answer = new CompletableFuture<>();
        later.schedule(() -> answer.complete(result), mine.nextInt(3000), TimeUnit.MICROSECONDS);
        return answer;
      }
    }
  }
}
