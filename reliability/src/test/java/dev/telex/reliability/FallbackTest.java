/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FallbackTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);

  @ParameterizedTest
  @EnumSource(names = {"RETRYABLE", "PERMANENT", "SHUTDOWN"})
  void takesWhatThePrimaryDidNot(ExportResult.Status status) {
    backend.thenAnswer(ExportResult.retryable("why").summed(status, 0, List.of(), null));
    ExportResult result = export(build(backed()), batch).join();

    assertThat(file.batches()).containsExactly(batch);
    assertThat(result.status()).isEqualTo(SUCCESS);
    assertThat(result.accepted()).isZero();
    assertThat(result.fellBack()).isEqualTo(5);
    assertThat(result.message()).contains("fell back to file: why");
    assertThat(result.legs()).extracting("name").containsExactly("primary", "fallback");
    DeliveryStats.Counts counts = stats.of("backend", Signal.TRACES);
    assertThat(counts.items()).isEqualTo(5);
    assertThat(counts.fellBack()).isEqualTo(5);
    assertThat(counts.dropped()).isZero();
  }

  @Test
  void isNotAskedAfterSuccessOrPartial() {
    backend.thenAnswer(
        ExportResult.success(batch), ExportResult.partial(batch, List.of(new Rejection(1, "x"))));
    Exporter chain = build(backed());
    assertThat(export(chain, batch).join().status()).isEqualTo(SUCCESS);
    assertThat(export(chain, batch).join().status()).isEqualTo(PARTIAL);
    assertThat(file.calls()).isEmpty();
  }

  @Test
  void takesOnlyTheRemainder() {
    Batch remainder = SampleBatches.tail(batch, 2);
    backend.thenAnswer(
        ExportResult.retryable(batch, remainder, List.of(new Rejection(1, "bad")), "busy"));
    ExportResult result = export(build(backed()), batch).join();

    assertThat(file.batches()).containsExactly(remainder);
    assertThat(result.status()).isEqualTo(PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(1);
    assertThat(result.fellBack()).isEqualTo(2);
    assertThat(result.remainder()).isEmpty();
  }

  @Test
  void whenBothFailBothAreNamedAndTheirCausesKept() {
    backend.thenAnswer(ExportResult.failure(new IOException("no route")));
    file.thenAnswer(ExportResult.failure(new IOException("disk full")));
    ExportResult result = export(build(backed()), batch).join();

    assertThat(result.status()).isEqualTo(RETRYABLE);
    assertThat(result.message().orElseThrow()).contains("no route", "file", "disk full");
    assertThat(result.cause().orElseThrow()).hasMessage("no route");
    assertThat(result.legs().get(1).result().cause().orElseThrow()).hasMessage("disk full");
    assertThat(stats.of("backend", Signal.TRACES).dropped()).isEqualTo(5);
  }

  @Test
  void whatTheFallbackLeftIsTheRemainder() {
    backend.thenAnswer(ExportResult.permanent("bad"));
    Batch left = SampleBatches.tail(batch, 1);
    file.thenAnswer(ExportResult.retryable(batch, left, List.of(), "half"));
    ExportResult result = export(build(backed()), batch).join();
    assertThat(result.status()).isEqualTo(RETRYABLE);
    assertThat(result.fellBack()).isEqualTo(4);
    assertThat(result.remainder()).containsSame(left);
    assertThat(stats.of("backend", Signal.TRACES).dropped()).isEqualTo(1);
  }

  @Test
  void aSignalThatThePrimaryDoesNotCarryGoesToTheFallback() {
    backend.carrying(Signal.METRICS);
    assertThat(export(build(backed()), batch).join().fellBack()).isEqualTo(5);
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void aSignalThatTheFallbackDoesNotCarryIsNamed() {
    file.carrying(Signal.METRICS);
    backend.thenAnswer(ExportResult.retryable("busy"));
    ExportResult result = export(build(backed()), batch).join();
    assertThat(result.status()).isEqualTo(RETRYABLE);
    assertThat(result.message().orElseThrow()).contains("busy", "file does not carry traces");
    assertThat(file.calls()).isEmpty();
  }

  @Test
  void comesAfterTheLastAttempt() {
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    Exporter chain = build(ExporterChain.of(backend).retry(policy).fallback(file));
    assertThat(chain).hasToString("Fallback(Retry(backend), file)");
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(60));
    assertThat(backend.calls()).hasSize(4);
    assertThat(result.join().fellBack()).isEqualTo(5);
  }

  @Test
  void insideARetryItIsAskedAtEachAttempt() {
    backend.otherwise(call -> ExportResult.permanent("bad").completed());
    file.thenAnswer(ExportResult.retryable("locked"));
    Exporter chain = build(backed().retry(policy));
    assertThat(chain).hasToString("Retry(Fallback(backend, file))");
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(1));
    assertThat(file.calls()).hasSize(2);
    assertThat(result.join().fellBack()).isEqualTo(5);
  }

  @Test
  void whenTheCallerCancelsNobodyWantsTheFallback() {
    backend.thenHoldUntilCancelled();
    CompletableFuture<ExportResult> result = export(build(backed()), batch);
    context.cancel();
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(file.calls()).isEmpty();
  }

  @Test
  void aShutdownHandsOverWhatWaitsTooLong() {
    backend.thenAnswer(ExportResult.retryable("busy").withRetryAfter(seconds(30)));
    Exporter chain = build(ExporterChain.of(backend).retry(policy).fallback(file));
    CompletableFuture<ExportResult> result = export(chain, batch);

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();

    assertThat(result.join().fellBack()).isEqualTo(5);
    assertThat(closed.join().status()).isEqualTo(SUCCESS);
    assertThat(file.shutdowns()).isEqualTo(1);
  }

  @Test
  void aShutdownCancelsThePrimaryEarlyEnoughForTheFallback() {
    backend.thenHoldUntilCancelled();
    Exporter chain = build(backed());
    CompletableFuture<ExportResult> result = export(chain, batch);
    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();

    time.advance(Duration.ofMillis(3999));
    assertThat(result).isNotDone();
    time.advance(Duration.ofMillis(1));

    assertThat(result.join().fellBack()).isEqualTo(5);
    assertThat(closed.join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void aPrimaryThatIgnoresItsContextDoesNotKeepTheItemsAtShutdown() {
    backend.thenHold();
    Exporter chain = build(backed());
    CompletableFuture<ExportResult> result = export(chain, batch);
    chain.shutdown(seconds(5));
    time.advance(seconds(4));
    assertThat(result.join().fellBack()).isEqualTo(5);
    assertThat(stats.of("backend", Signal.TRACES).possibleDuplicates()).isEqualTo(5);
  }

  @Test
  void aFallbackThatHangsIsEndedWithTheGrace() {
    backend.thenAnswer(ExportResult.permanent("bad"));
    file.thenHold();
    Exporter chain = build(backed());
    CompletableFuture<ExportResult> result = export(chain, batch);
    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();
    time.advance(seconds(5));
    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(closed.join().status()).isEqualTo(SHUTDOWN);
  }

  @Test
  void mayBeAChainOfItsOwn() {
    RecordingExporter last = RecordingExporter.named("last");
    backend.thenAnswer(ExportResult.permanent("bad"));
    file.thenAnswer(ExportResult.retryable("locked"), ExportResult.permanent("gone"));
    Exporter chain =
        build(
            ExporterChain.of(backend)
                .fallback(ExporterChain.of(file).retry(policy).fallback(last)));
    assertThat(chain).hasToString("Fallback(backend, Fallback(Retry(file), last))");
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(1));
    assertThat(result.join().fellBack()).isEqualTo(5);
    assertThat(last.batches()).containsExactly(batch);
    assertThat(stats.of("backend", Signal.TRACES).dropped()).isZero();
  }

  private ExporterChain backed() {
    return ExporterChain.of(backend).fallback(file);
  }
}
