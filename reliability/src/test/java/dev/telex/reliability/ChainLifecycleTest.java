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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
  void anExporterThatDoesNotCloseIsNotWaitedForLongerThanTheGrace() {
    Exporter stuck =
        new Exporter() {
          @Override
          public String name() {
            return "stuck";
          }

          @Override
          public CompletionStage<ExportResult> export(Batch sent, ExportContext ctx) {
            return ExportResult.success(sent).completed();
          }

          @Override
          public CompletionStage<ExportResult> shutdown(Duration grace) {
            return new CompletableFuture<>();
          }
        };
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
    Exporter chain = build(ExporterChain.of(backend));
    chain.close();
    assertThat(time.isShutdown()).isFalse();
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
}
