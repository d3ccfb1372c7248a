/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.PERMANENT;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static dev.telex.reliability.Join.ALL;
import static dev.telex.reliability.Join.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Leg;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ANY and quorum: when a fan-out answers, with what, and what becomes of the other legs. */
class JoinTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);
  private final RecordingExporter a = RecordingExporter.named("a").thenHold();
  private final RecordingExporter b = RecordingExporter.named("b").thenHold();
  private final RecordingExporter c = RecordingExporter.named("c").thenHold();
  private final RecordingExporter console =
      RecordingExporter.named("console").delivering(Delivery.BEST_EFFORT);

  @Test
  void anyAnswersWithTheFirstSuccess() {
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(ANY, a, b, c)), batch);
    answer(a, ExportResult.retryable("busy"));
    assertThat(result).isNotDone();
    answer(b, ExportResult.success(batch));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(result.join().accepted()).isEqualTo(5);
    assertThat(result.join().legs()).extracting(Leg::name).containsExactly("a", "b");
  }

  @Test
  void aQuorumAnswersWithItsLastSuccess() {
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(Join.quorum(2), a, b, c)), batch);
    answer(c, ExportResult.success(batch));
    answer(a, ExportResult.permanent("bad"));
    assertThat(result).isNotDone();
    answer(b, ExportResult.success(batch));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(result.join().legs()).extracting(Leg::name).containsExactly("a", "b", "c");
  }

  @Test
  void theOtherLegsRunOnAndAreCounted() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b));
    CompletableFuture<ExportResult> result = export(chain, batch);
    answer(a, ExportResult.success(batch));
    assertThat(result).isDone();
    assertThat(b.calls().get(0).context().isCancelled()).isFalse();
    assertThat(stats.of("b", Signal.TRACES).batches()).isZero();

    answer(b, ExportResult.success(batch));

    assertThat(stats.of("b", Signal.TRACES).delivered()).isEqualTo(5);
  }

  @Test
  void theOtherLegsAreTheCallersNoMore() {
    export(build(ExporterChain.fanOut(ANY, a, b)), batch);
    answer(a, ExportResult.success(batch));
    context.cancel();
    assertThat(b.calls().get(0).context().isCancelled()).isFalse();
  }

  @Test
  void aCancellationBeforeThatReachesAllLegs() {
    CompletableFuture<ExportResult> result = export(build(ExporterChain.fanOut(ANY, a, b)), batch);
    context.cancel();
    assertThat(a.calls().get(0).context().isCancelled()).isTrue();
    assertThat(b.calls().get(0).context().isCancelled()).isTrue();
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(stats.of("b", Signal.TRACES).dropped()).isEqualTo(5);
  }

  @Test
  void flushWaitsForTheOtherLegs() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b));
    export(chain, batch);
    answer(a, ExportResult.success(batch));

    CompletableFuture<ExportResult> flushed = chain.flush().toCompletableFuture();
    assertThat(flushed).isNotDone();
    assertThat(b.flushes()).isZero();
    answer(b, ExportResult.permanent("what nobody waits for"));

    assertThat(flushed.join().status()).isEqualTo(SUCCESS);
    assertThat(b.flushes()).isEqualTo(1);
  }

  @Test
  void shutdownWaitsForTheOtherLegsWithinTheGrace() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b));
    export(chain, batch);
    answer(a, ExportResult.success(batch));

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();
    time.advance(seconds(4));
    assertThat(closed).isNotDone();
    assertThat(a.shutdowns()).as("an exporter is shut down when its leg is done").isZero();
    answer(b, ExportResult.success(batch));

    assertThat(closed.join().status()).isEqualTo(SUCCESS);
    assertThat(stats.of("b", Signal.TRACES).delivered()).isEqualTo(5);
    assertThat(b.shutdowns()).isEqualTo(1);
  }

  @Test
  void shutdownCutsTheOtherLegsOffWhenTheGraceIsOver() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b));
    export(chain, batch);
    answer(a, ExportResult.success(batch));

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();
    time.advance(seconds(5));

    assertThat(closed).isDone();
    assertThat(b.calls().get(0).context().isCancelled()).isTrue();
    assertThat(stats.of("b", Signal.TRACES).dropped()).isEqualTo(5);
    assertThat(stats.of("b", Signal.TRACES).unknown()).isEqualTo(1);
  }

  @Test
  void aShutdownEndsTheRetriesOfTheOtherLegsAtOnce() {
    Exporter chain =
        build(
            ExporterChain.fanOut(
                ANY, ExporterChain.of(a), ExporterChain.of(b).retry(policy).fallback(file)));
    export(chain, batch);
    answer(a, ExportResult.success(batch));
    answer(b, ExportResult.retryable("busy"));
    assertThat(time.pending()).as("the wait of leg b").isEqualTo(1);

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(60)).toCompletableFuture();

    assertThat(closed.join().status()).isEqualTo(SUCCESS);
    assertThat(file.batches()).containsExactly(batch);
  }

  @Test
  void bestEffortSatisfiesNobody() {
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(ANY, console, a)), batch);
    assertThat(console.batches()).containsExactly(batch);
    assertThat(result).isNotDone();
    answer(a, ExportResult.retryable("busy"));
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().legs()).extracting(Leg::name).containsExactly("console", "a");
  }

  @Test
  void theFailureOfBestEffortIsNotThatOfTheJoin() {
    console.thenAnswer(ExportResult.shutdown("closed"));
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(ANY, console, a)), batch);
    answer(a, ExportResult.permanent("bad"));
    assertThat(result.join().status()).isEqualTo(PERMANENT);
  }

  @Test
  void aPartialCountsWhenNoLegDoesBetter() {
    CompletableFuture<ExportResult> result = export(build(ExporterChain.fanOut(ANY, a, b)), batch);
    answer(a, ExportResult.partial(batch, List.of(new Rejection(2, "old"))));
    assertThat(result).as("b may take all of it").isNotDone();
    answer(b, ExportResult.retryable("busy"));

    assertThat(result.join().status()).isEqualTo(PARTIAL);
    assertThat(result.join().accepted()).isEqualTo(3);
    assertThat(result.join().rejected()).isEqualTo(2);
  }

  @Test
  void aQuorumMayBeOneOfPartials() {
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(Join.quorum(2), a, b, c)), batch);
    answer(a, ExportResult.partial(batch, List.of(new Rejection(2, "old"))));
    answer(b, ExportResult.success(batch));
    assertThat(result).isNotDone();
    answer(c, ExportResult.permanent("bad"));
    assertThat(result.join().status()).isEqualTo(PARTIAL);
    assertThat(result.join().message()).isEmpty();
  }

  /** The severity when legs differ. */
  @ParameterizedTest
  @CsvSource({
    "PERMANENT, RETRYABLE, RETRYABLE",
    "RETRYABLE, SHUTDOWN, SHUTDOWN",
    "SHUTDOWN, PERMANENT, SHUTDOWN",
    "PARTIAL, PERMANENT, PERMANENT",
    "SUCCESS, PARTIAL, PARTIAL",
    "SUCCESS, PERMANENT, PERMANENT",
  })
  void theWorstIsTheAnswer(
      ExportResult.Status first, ExportResult.Status second, ExportResult.Status worst) {
    CompletableFuture<ExportResult> all = export(build(ExporterChain.fanOut(ALL, a, b)), batch);
    answer(a, ExportResult.success(batch).summed(first, 0, List.of(), null));
    answer(b, ExportResult.success(batch).summed(second, 0, List.of(), null));
    assertThat(all.join().status()).isEqualTo(worst);

    if (second.compareTo(PARTIAL) > 0 && first.compareTo(PARTIAL) > 0) {
      a.thenAnswer(ExportResult.success(batch).summed(first, 0, List.of(), null));
      b.thenAnswer(ExportResult.success(batch).summed(second, 0, List.of(), null));
      ExportResult any =
          build(ExporterChain.fanOut(ANY, a, b)).export(batch, none()).toCompletableFuture().join();
      assertThat(any.status()).isEqualTo(worst);
    }
  }

  @Test
  void ofALostQuorumNothingIsSettled() {
    Batch rest = SampleBatches.tail(batch, 1);
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(Join.quorum(2), a, b)), batch);
    answer(a, ExportResult.success(batch));
    answer(b, ExportResult.retryable(batch, rest, List.of(new Rejection(1, "old")), "half"));

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().accepted()).isZero();
    assertThat(result.join().fellBack()).isZero();
    assertThat(result.join().rejections()).isEmpty();
    assertThat(result.join().remainder()).isEmpty();
    assertThat(result.join().legs().get(0).result().accepted()).isEqualTo(5);
  }

  @Test
  void aRetryAroundAnyActsWhenNoLegDelivered() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b).retry(policy));
    assertThat(chain).hasToString("Retry(FanOut[ANY](a, b))");
    CompletableFuture<ExportResult> result = export(chain, batch);
    answer(a, ExportResult.retryable(batch, SampleBatches.tail(batch, 2), List.of(), "half"));
    answer(b, ExportResult.retryable("busy"));
    assertThat(result).isNotDone();
    time.advance(seconds(1));

    assertThat(a.batches()).containsExactly(batch, batch);
    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(result.join().accepted()).as("of all attempts").isEqualTo(5);
  }

  @Test
  void aFallbackBehindAnyActsWhenNoLegDelivered() {
    Exporter chain = build(ExporterChain.fanOut(ANY, a, b).fallback(file));
    CompletableFuture<ExportResult> first = export(chain, batch);
    answer(a, ExportResult.permanent("bad"));
    answer(b, ExportResult.success(batch));
    assertThat(first.join().fellBack()).isZero();

    a.thenAnswer(ExportResult.permanent("bad"));
    b.thenAnswer(ExportResult.retryable("busy"));
    assertThat(export(chain, batch).join().fellBack()).isEqualTo(5);
    assertThat(file.batches()).containsExactly(batch);
  }

  @Test
  void aTimeoutAroundAnyEndsLegsThatHang() {
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.fanOut(ANY, a, b).timeout(seconds(5))), batch);
    answer(b, ExportResult.permanent("bad"));
    time.advance(seconds(5));
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message().orElseThrow()).startsWith("timed out after 5000 ms");
    assertThat(stats.of("a", Signal.TRACES).unknown()).isEqualTo(1);
  }

  @Test
  void retryAndFallbackAroundAQuorumAreRefused() {
    ExporterChain two = ExporterChain.fanOut(Join.quorum(2), a, b);
    assertThatThrownBy(() -> two.retry(policy).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retry around fanOut(quorum(2), ...)")
        .hasMessageContaining("fanOut(quorum(2), ExporterChain.of(a).retry(...)");
    assertThatThrownBy(() -> two.timeout(seconds(1)).fallback(file).build())
        .hasMessageContaining("fallback around fanOut(quorum(2), ...)");
  }

  @Test
  void retryAroundAnyAroundAllIsRefused() {
    ExporterChain nested =
        ExporterChain.fanOut(
            ANY, ExporterChain.fanOut(ALL, a, b).named("pair"), ExporterChain.of(c));
    assertThatCode(nested::build).doesNotThrowAnyException();
    assertThatThrownBy(() -> nested.retry(policy).build())
        .hasMessageContaining("retry around fanOut(ALL, ...)");
    Exporter built = ExporterChain.fanOut(ALL, file, backend).build();
    assertThatThrownBy(() -> ExporterChain.fanOut(ANY, of(c), of(built)).fallback(console).build())
        .hasMessageContaining("fallback around fanOut(ALL, ...)");
    assertThatThrownBy(
            () ->
                ExporterChain.of(c)
                    .fallback(ExporterChain.fanOut(ALL, file, backend))
                    .retry(policy)
                    .build())
        .hasMessageContaining("retry around fanOut(ALL, ...)");
  }

  @Test
  void aJoinThatNoAnswerCanSatisfyIsRefused() {
    assertThatThrownBy(() -> ExporterChain.fanOut(Join.quorum(2), a, console).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quorum(2)")
        .hasMessageContaining("needs 2 acknowledged legs for traces and has 1");
  }

  @Test
  void aLegWithABestEffortFallbackCannotAcknowledge() {
    ExporterChain leg = ExporterChain.of(a).fallback(console);
    assertThatThrownBy(() -> ExporterChain.fanOut(ANY, leg).build())
        .hasMessageContaining("Put the fallback behind fanOut(ANY, ...)");
    assertThatCode(() -> ExporterChain.fanOut(ANY, leg, of(b)).build()).doesNotThrowAnyException();
  }

  @Test
  void onlyTheSignalsThatALegCarriesNeedAcknowledgement() {
    a.carrying(Signal.TRACES);
    console.carrying(Signal.TRACES, Signal.LOGS);
    assertThatThrownBy(() -> ExporterChain.fanOut(ANY, a, console).build())
        .hasMessageContaining("for logs and has 0");
    console.carrying(Signal.TRACES);
    assertThatCode(() -> ExporterChain.fanOut(ANY, a, console).build()).doesNotThrowAnyException();
  }

  @Test
  void namesItself() {
    assertThat(build(ExporterChain.fanOut(Join.quorum(2), a, b)))
        .hasToString("FanOut[quorum(2)](a, b)");
    assertThat(Join.quorum(1)).isSameAs(ANY);
    assertThatThrownBy(() -> Join.quorum(0)).hasMessage("quorum is 0: want 1 or more");
  }

  private static ExporterChain of(Exporter exporter) {
    return ExporterChain.of(exporter);
  }

  private static void answer(RecordingExporter leg, ExportResult result) {
    leg.calls().get(leg.calls().size() - 1).held().complete(result);
  }
}
