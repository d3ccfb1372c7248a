/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChainLifecycleTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(2);

  @Test
  void flushWaitsForWhatIsUnderWayAndTellsTheWorst() {
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(backend));
    export(chain, batch);
    CompletableFuture<ExportResult> flushed = chain.flush().toCompletableFuture();
    assertThat(flushed).isNotDone();
    backend.calls().get(0).held().complete(ExportResult.permanent("bad"));
    assertThat(flushed.join().message()).contains("bad");
    assertThat(backend.flushes()).isEqualTo(1);
    assertThat(chain.flush().toCompletableFuture().join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void flushesTheExporterWhenWhatWasBegunHasEnded() {
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(backend));
    export(chain, batch);
    chain.flush();
    assertThat(backend.flushes()).isZero();
    backend.calls().get(0).held().complete(ExportResult.success(batch));
    assertThat(backend.flushes()).isEqualTo(1);
  }

  @Test
  void aFlushThatAnExporterDoesNotAnswerEndsWithTheChain() {
    Exporter stuck = new Stuck();
    Exporter chain = build(ExporterChain.of(stuck));
    CompletableFuture<ExportResult> flushed = chain.flush().toCompletableFuture();
    assertThat(flushed).isNotDone();
    chain.shutdown(seconds(3));
    time.advance(seconds(3));
    assertThat(flushed.join()).hasToString("SHUTDOWN[accepted=0, stuck is shut down]");
    assertThat(chain.flush().toCompletableFuture().join().status()).isEqualTo(SHUTDOWN);
  }

  @Test
  void shutsDownFromTheOutsideIn() {
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(backend).timeout(seconds(60)).fallback(file));
    CompletableFuture<ExportResult> underWay = export(chain, batch);

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(10)).toCompletableFuture();

    assertThat(export(chain, batch).join().message()).contains("backend is shut down");
    assertThat(backend.calls()).as("refused outside").hasSize(1);
    time.advance(seconds(7));
    assertThat(underWay).isNotDone();
    assertThat(backend.shutdowns() + file.shutdowns()).as("still needed").isZero();
    backend.calls().get(0).held().complete(ExportResult.success(batch));

    assertThat(underWay.join().status()).isEqualTo(SUCCESS);
    assertThat(backend.shutdowns()).isEqualTo(1);
    assertThat(file.shutdowns()).isEqualTo(1);
    assertThat(closed.join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void exportersGetWhatIsLeftOfTheGraceToClose() {
    List<Duration> graces = new ArrayList<>();
    Exporter noting = new Noting(backend, graces);
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(noting));
    export(chain, batch);
    time.advance(seconds(100));
    chain.shutdown(seconds(10));
    time.advance(seconds(4));
    assertThat(graces).isEmpty();
    backend.calls().get(0).held().complete(ExportResult.success(batch));
    assertThat(graces).containsExactly(seconds(6));
  }

  @Test
  void exportersGetAMomentToCloseAlthoughTheGraceIsUsedUp() {
    List<Duration> graces = new ArrayList<>();
    Exporter noting = new Noting(backend, graces);
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(noting));
    export(chain, batch);
    chain.shutdown(seconds(10));
    time.advance(seconds(10));
    assertThat(graces).containsExactly(seconds(1));
  }

  @Test
  void aShutdownEndsTheWaitsOfAllDecorators() {
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    Exporter chain =
        build(ExporterChain.of(backend).retry(policy).retry(policy).timeout(seconds(99)));
    CompletableFuture<ExportResult> result = export(chain, batch);
    chain.shutdown(seconds(10));
    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void theFallbackHasAtMostTwoSecondsOfTheGraceForItself() {
    backend.thenHoldUntilCancelled();
    Exporter chain = build(ExporterChain.of(backend).fallback(file));
    time.advance(seconds(100));
    CompletableFuture<ExportResult> result = export(chain, batch);
    chain.shutdown(seconds(60));
    time.advance(Duration.ofMillis(57_999));
    assertThat(result).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(result.join().fellBack()).isEqualTo(2);
  }

  @Test
  void aSecondShutdownHasTheOutcomeOfTheFirst() {
    backend.thenHold();
    Exporter chain = build(ExporterChain.of(backend));
    export(chain, batch);
    CompletableFuture<ExportResult> first = chain.shutdown(seconds(10)).toCompletableFuture();
    CompletableFuture<ExportResult> second = chain.shutdown(Duration.ZERO).toCompletableFuture();
    assertThat(second).isNotDone();
    time.advance(seconds(10));
    assertThat(first.join().status()).isEqualTo(SHUTDOWN);
    assertThat(second.join()).isSameAs(first.join());
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void anExporterThatDoesNotCloseIsNotWaitedForLongerThanTheGrace() {
    Exporter stuck = new Stuck();
    Exporter chain = build(ExporterChain.of(stuck));
    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(3)).toCompletableFuture();
    time.advance(seconds(3));
    assertThat(closed.join().status()).isEqualTo(SHUTDOWN);
    assertThat(closed.join().message().orElseThrow()).contains("stuck did not close");
  }

  @Test
  void afterCloseNoThreadOfOursIsLeft() throws Exception {
    RecordingExporter busy = RecordingExporter.named("leak-check");
    busy.thenAnswer(ExportResult.retryable("busy"));
    Exporter chain =
        ExporterChain.fanOut(
                Join.ALL,
                ExporterChain.of(busy)
                    .timeout(seconds(5))
                    .retry(RetryPolicy.builder().initialBackoff(Duration.ofMillis(1)).build())
                    .named("leak-check"))
            .named("leak-check")
            .build();
    chain.export(batch, none()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    List<Thread> ours =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().contains("leak-check"))
            .toList();
    assertThat(ours).hasSize(2).allMatch(Thread::isDaemon);

    chain.close();

    for (Thread thread : ours) {
      thread.join(30_000);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  @Test
  void theLongestTimesThereAreDoNoHarm() {
    Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
    RetryPolicy patient =
        RetryPolicy.builder().random(() -> 0).initialBackoff(ever).maxBackoff(ever).build();
    backend.thenAnswer(ExportResult.retryable("busy").withRetryAfter(ever));
    Exporter chain = build(ExporterChain.of(backend).timeout(ever).retry(patient).fallback(file));
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(Duration.ofMinutes(1));
    assertThat(result.join().accepted()).isEqualTo(2);
    assertThat(chain.shutdown(ever).toCompletableFuture().join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void aGivenSchedulerAndExecutorStayOpen() {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Exporter chain =
          ExporterChain.of(backend).scheduler(time, time::nanoTime).executor(executor).build();
      chain.close();
      assertThat(time.isShutdown()).isFalse();
      assertThat(executor.isShutdown()).isFalse();
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void aChainInsideAChainWorksLikeAnyExporter() {
    Exporter inner = build(ExporterChain.of(backend).retry(policy));
    Exporter outer = build(ExporterChain.of(inner).fallback(file));
    assertThat(outer).hasToString("Fallback(Retry(backend), file)");
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    CompletableFuture<ExportResult> result = export(outer, batch);
    time.advance(seconds(60));
    assertThat(result.join().fellBack()).isEqualTo(2);
    outer.close();
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void hasTheNameThatWasGivenOrItsExporters() {
    assertThat(build(ExporterChain.of(backend).retry(policy)).name()).isEqualTo("backend");
    assertThat(build(ExporterChain.of(file).named("eu")).name()).isEqualTo("eu");
  }

  /** Notes what it is given to close. */
  private record Noting(Exporter inner, List<Duration> graces) implements Exporter {
    @Override
    public String name() {
      return "noting";
    }

    @Override
    public CompletionStage<ExportResult> export(Batch sent, ExportContext ctx) {
      return inner.export(sent, ctx);
    }

    @Override
    public CompletionStage<ExportResult> shutdown(Duration grace) {
      graces.add(grace);
      return inner.shutdown(grace);
    }
  }

  /** Answers exports, and neither a flush nor a shutdown. */
  private static final class Stuck implements Exporter {
    @Override
    public String name() {
      return "stuck";
    }

    @Override
    public CompletionStage<ExportResult> export(Batch sent, ExportContext ctx) {
      return ExportResult.success(sent).completed();
    }

    @Override
    public CompletionStage<ExportResult> flush() {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<ExportResult> shutdown(Duration grace) {
      return new CompletableFuture<>();
    }
  }
}
