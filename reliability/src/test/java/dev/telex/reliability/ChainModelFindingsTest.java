/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.PERMANENT;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The smallest cases of what {@link ChainModelTest} found when it was new. */
class ChainModelFindingsTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);
  private final Batch tail = SampleBatches.tail(batch, 2);
  private final RecordingExporter last = RecordingExporter.named("last");
  private final ChainModelExecutor queue = new ChainModelExecutor(true);
  private final ExportResult some = ExportResult.retryable(batch, tail, List.of(), "busy");

  @Test
  void anExporterThatBreaksTheMachineDoesNotKeepFlushAndShutdownOpen() {
    Exporter chain = build(ExporterChain.fanOut(Join.ALL, new Breaking(), backend));

    ExportResult flushed = chain.flush().toCompletableFuture().join();
    ExportResult closed = chain.shutdown(seconds(1)).toCompletableFuture().join();

    assertThat(flushed.status()).isEqualTo(PERMANENT);
    assertThat(closed.cause()).containsInstanceOf(InternalError.class);
    assertThat(backend.flushes()).isEqualTo(1);
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void aRetryThatWaitsForItsThreadKeepsTheSumsWhenItIsCancelled() {
    backend.thenAnswer(some);
    CompletableFuture<ExportResult> result =
        export(queued(ExporterChain.of(backend).retry(policy)), batch);
    time.advance(seconds(1));
    assertThat(queue.waiting()).isEqualTo(1);

    context.cancel();

    assertThat(result.join().accepted()).isEqualTo(3);
    assertThat(result.join().remainder()).containsSame(tail);
    assertThat(result.join().outcomeUnknown()).isFalse();
  }

  @Test
  void aRetryThatWaitsForItsThreadDoesNotBeginAfterShutdown() {
    backend.thenAnswer(some);
    Exporter chain = queued(ExporterChain.of(backend).retry(policy));
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(1));

    chain.shutdown(seconds(5));
    queue.run(1);

    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(result.join().accepted()).isEqualTo(3);
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void aHandOverThatWaitsForItsThreadKeepsWhatThePrimaryDelivered() {
    backend.thenAnswer(some);
    CompletableFuture<ExportResult> result =
        export(queued(ExporterChain.of(backend).fallback(file)), batch);

    context.cancel();
    queue.run(1);

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().accepted()).isEqualTo(3);
    assertThat(result.join().remainder()).containsSame(tail);
    assertThat(result.join().outcomeUnknown()).isFalse();
    assertThat(file.calls()).isEmpty();
  }

  @Test
  void aForeignRemainderOfThePrimaryIsNotBelieved() {
    backend.thenAnswer(ExportResult.retryable(batch, SampleBatches.spans(2), List.of(), "others"));
    ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

    assertThat(file.batches()).containsExactly(batch);
    assertThat(result.accepted()).isZero();
    assertThat(result.fellBack()).isEqualTo(5);
    assertThat(stats.of("backend", Signal.TRACES).possibleDuplicates()).isEqualTo(5);
  }

  @Test
  void aForeignRemainderOfTheFallbackIsNotBelieved() {
    backend.thenAnswer(ExportResult.permanent("bad"));
    file.thenAnswer(ExportResult.retryable(batch, SampleBatches.spans(2), List.of(), "others"));
    ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

    assertThat(result.status()).isEqualTo(RETRYABLE);
    assertThat(result.fellBack()).isZero();
    assertThat(result.outcomeUnknown()).isTrue();
  }

  @Test
  void anEmptyRemainderIsNotHandedOver() {
    Batch none = SampleBatches.tail(batch, 0);
    backend.thenAnswer(
        ExportResult.retryable(batch, none, List.of(), "done"),
        ExportResult.retryable(batch, none, List.of(new Rejection(1, "bad")), "done"));
    Exporter chain = build(ExporterChain.of(backend).fallback(file));

    assertThat(export(chain, batch).join().status()).isEqualTo(SUCCESS);
    assertThat(export(chain, batch).join().status()).isEqualTo(PARTIAL);
    assertThat(file.calls()).isEmpty();
  }

  @Test
  void aFallbackAroundAFallbackIsNotHandedWhatThatOneTook() {
    Batch refused = SampleBatches.tail(batch, 2);
    backend.thenAnswer(
        ExportResult.partial(batch, List.of(new Rejection(2, "bad"))).withRefused(refused));
    ExportResult result =
        export(build(ExporterChain.of(backend).fallback(file).fallback(last)), batch).join();

    assertThat(file.batches()).containsExactly(refused);
    assertThat(last.calls()).isEmpty();
    assertThat(result.status()).isEqualTo(SUCCESS);
    assertThat(result.fellBack()).isEqualTo(2);
    assertThat(result.refused()).isEmpty();
    assertThat(stats.of("backend", Signal.TRACES).rejected()).isZero();
  }

  @Test
  void aFallbackAroundAFallbackIsHandedWhatThatOneGaveBack() {
    Batch refused = SampleBatches.tail(batch, 3);
    backend.thenAnswer(
        ExportResult.partial(batch, List.of(new Rejection(3, "bad"))).withRefused(refused));
    Batch again = SampleBatches.tail(refused, 1);
    file.thenAnswer(ExportResult.retryable(refused, again, List.of(), "disk full"));
    ExportResult result =
        export(build(ExporterChain.of(backend).fallback(file).fallback(last)), batch).join();

    assertThat(last.batches()).containsExactly(again);
    assertThat(result.status()).isEqualTo(SUCCESS);
    assertThat(result.fellBack()).isEqualTo(3);
  }

  @Test
  void anAnswerThatTheFallbackLostIsUnknown() {
    backend.otherwise(call -> ExportResult.permanent("bad").completed());
    file.thenAnswer(ExportResult.failure(new IOException("reset")));
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.of(backend).fallback(file).retry(policy)), batch);
    time.advance(seconds(1));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(stats.of("backend", Signal.TRACES).unknown()).isEqualTo(1);
    assertThat(stats.of("backend", Signal.TRACES).possibleDuplicates()).isEqualTo(5);
  }

  @Test
  void whatWasBegunBeforeAProbeNeitherDecidesNorReplacesIt() {
    CancellableContext early = CancellableContext.create();
    backend.thenHoldUntilCancelled();
    backend.thenAnswer(ExportResult.retryable("busy"));
    backend.thenHoldUntilCancelled();
    Exporter chain =
        build(
            ExporterChain.of(backend)
                .fallback(
                    FallbackPolicy.builder().passOverAfter(1).probeAfter(seconds(1)).build(),
                    file));
    chain.export(batch, early);
    export(chain, batch);
    time.advance(Duration.ofMillis(1001));
    CompletableFuture<ExportResult> probe = export(chain, batch);

    early.cancel();
    export(chain, batch);

    assertThat(probe).isNotDone();
    assertThat(backend.calls()).hasSize(3);
    context.cancel();
  }

  @Test
  void aFallbackIsToldOfTheShutdownBeforeItIsHandedWhatThePrimaryEnds() {
    List<Batch> announced = new ArrayList<>();
    ExportListener listener =
        new ExportListener() {
          @Override
          public void onRetry(String leg, Batch again, ExportResult failure, Duration delay) {
            announced.add(again);
          }
        };
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    file.otherwise(call -> ExportResult.retryable("locked").completed());
    Exporter chain =
        build(
            ExporterChain.of(backend)
                .retry(policy)
                .fallback(ExporterChain.of(file).retry(policy))
                .listener(listener));
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(announced).hasSize(1);

    chain.shutdown(seconds(5));

    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(file.calls()).hasSize(1);
    assertThat(announced).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"PERMANENT", "SHUTDOWN"})
  void aTimeoutIsRetryableWhateverTheExporterMakesOfIt(ExportResult.Status status) {
    backend.then(
        call -> {
          CompletableFuture<ExportResult> answer = new CompletableFuture<>();
          ExportResult aborted =
              ExportResult.retryable("aborted").summed(status, 0, List.of(), null);
          call.context().onCancel(() -> answer.complete(aborted));
          return answer;
        });
    CompletableFuture<ExportResult> result =
        export(
            build(ExporterChain.of(backend).timeout(Duration.ofMillis(10)).retry(policy)), batch);
    time.advance(seconds(2));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(backend.calls()).hasSize(2);
  }

  private Exporter queued(ExporterChain chain) {
    return chain.scheduler(time, time::nanoTime).executor(queue).listener(stats).build();
  }

  /** Breaks the machine when it is flushed or shut down. */
  private static final class Breaking implements Exporter {
    @Override
    public String name() {
      return "breaking";
    }

    @Override
    public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
      return ExportResult.success(batch).completed();
    }

    @Override
    public CompletionStage<ExportResult> flush() {
      throw new InternalError("flush");
    }

    @Override
    public CompletionStage<ExportResult> shutdown(Duration grace) {
      throw new InternalError("shutdown");
    }
  }
}
