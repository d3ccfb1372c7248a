/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.PERMANENT;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static dev.telex.reliability.PrimaryState.PASSED_OVER;
import static dev.telex.reliability.PrimaryState.PROBED;
import static dev.telex.reliability.PrimaryState.USED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a fallback takes, in what order, and when it is asked first. */
class FallbackPolicyTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);
  private final RecordingExporter last = RecordingExporter.named("last");
  private final FallbackPolicy unsent =
      FallbackPolicy.builder().takes(FallbackPolicy.Takes.UNSENT).build();

  @Nested
  class OrderedLegs {

    @Test
    void eachGetsWhatTheOneBeforeLeft() {
      backend.thenAnswer(ExportResult.permanent("bad"));
      Batch rest = SampleBatches.tail(batch, 2);
      file.thenAnswer(ExportResult.retryable(batch, rest, List.of(), "disk full"));
      ExportResult result =
          export(build(ExporterChain.of(backend).fallback(file, last)), batch).join();

      assertThat(last.batches()).containsExactly(rest);
      assertThat(result.status()).isEqualTo(SUCCESS);
      assertThat(result.fellBack()).isEqualTo(5);
      assertThat(result.message()).contains("fell back to file: bad");
    }

    @Test
    void theLastIsNotAskedForWhatAnEarlierOneTook() {
      backend.thenAnswer(ExportResult.permanent("bad"));
      export(build(ExporterChain.of(backend).fallback(file, last)), batch).join();
      assertThat(last.calls()).isEmpty();
    }

    @Test
    void areNestedInEachOther() {
      Exporter chain = build(ExporterChain.of(backend).fallback(unsent, file, last));
      assertThat(chain).hasToString("Fallback(backend, Fallback(file, last))");
      file.thenAnswer(ExportResult.permanent("bad"));
      backend.thenAnswer(ExportResult.retryable("busy"));
      assertThat(export(chain, batch).join().status()).isEqualTo(RETRYABLE);
      assertThat(last.calls()).as("the policy holds between them as well").isEmpty();
    }

    @Test
    void atLeastOneIsNeeded() {
      ExporterChain chain = ExporterChain.of(backend);
      assertThatThrownBy(() -> chain.fallback(new Exporter[0]))
          .hasMessage("fallback names no exporter: want at least one");
    }
  }

  @Nested
  class Taking {

    @Test
    void whatThePrimaryRefusedIsHandedOver() {
      Batch refused = SampleBatches.tail(batch, 2);
      backend.thenAnswer(partial(refused));
      ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

      assertThat(file.batches()).containsExactly(refused);
      assertThat(result.status()).isEqualTo(SUCCESS);
      assertThat(result.accepted()).isEqualTo(3);
      assertThat(result.rejected()).isZero();
      assertThat(result.fellBack()).isEqualTo(2);
    }

    @Test
    void whatTheFallbackDoesNotTakeOfItStaysRefused() {
      Batch refused = SampleBatches.tail(batch, 3);
      Batch rest = SampleBatches.tail(batch, 2);
      backend.thenAnswer(
          ExportResult.partial(
                  batch, List.of(new Rejection(1, "old"), new Rejection(2, "too long")))
              .withRefused(refused));
      file.thenAnswer(ExportResult.retryable(refused, rest, List.of(), "disk full"));
      ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

      assertThat(result.status()).as("nothing is to be sent again").isEqualTo(PARTIAL);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.rejections()).containsExactly(new Rejection(2, "too long"));
      assertThat(result.fellBack()).isEqualTo(1);
      assertThat(result.remainder()).isEmpty();
      assertThat(result.message().orElseThrow()).contains("the fallback file: disk full");
    }

    @Test
    void whatIsLeftAndWhatWasRefusedGoTogether() {
      Batch left = batch.split(2).get(0);
      Batch refused = SampleBatches.tail(batch, 1);
      backend.thenAnswer(
          ExportResult.retryable(batch, left, List.of(new Rejection(1, "old")), "busy")
              .withRefused(refused));
      ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

      assertThat(file.batches().get(0).spans())
          .containsExactlyElementsOf(left.plus(refused).spans());
      assertThat(result.status()).isEqualTo(SUCCESS);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.fellBack()).isEqualTo(3);
    }

    @Test
    void ifTheFallbackFailsBothAreLeft() {
      Batch left = batch.split(2).get(0);
      Batch refused = SampleBatches.tail(batch, 1);
      backend.thenAnswer(
          ExportResult.retryable(batch, left, List.of(new Rejection(1, "old")), "busy")
              .withRefused(refused));
      file.thenAnswer(ExportResult.permanent("no"));
      ExportResult result = export(build(ExporterChain.of(backend).fallback(file)), batch).join();

      assertThat(result.status()).isEqualTo(RETRYABLE);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.rejected()).isZero();
      assertThat(result.remainder().orElseThrow().itemCount()).isEqualTo(3);
    }

    @Test
    void theRefusedItemsOfAllAttemptsAreHandedOver() {
      Batch left = SampleBatches.tail(batch, 3);
      backend.thenAnswer(
          ExportResult.retryable(batch, left, List.of(new Rejection(1, "old")), "busy")
              .withRefused(batch.split(1).get(0)),
          ExportResult.partial(left, List.of(new Rejection(1, "old")))
              .withRefused(SampleBatches.tail(batch, 1)));
      CompletableFuture<ExportResult> result =
          export(build(ExporterChain.of(backend).retry(policy).fallback(file)), batch);
      time.advance(seconds(1));

      assertThat(file.batches().get(0).spans())
          .containsExactly(batch.spans().get(0), batch.spans().get(4));
      assertThat(result.join().accepted()).isEqualTo(3);
      assertThat(result.join().fellBack()).isEqualTo(2);
      assertThat(result.join().status()).isEqualTo(SUCCESS);
    }

    @Test
    void unsentOnlyLeavesWhatWasRefused() {
      Exporter chain = build(ExporterChain.of(backend).fallback(unsent, file));
      backend.thenAnswer(partial(SampleBatches.tail(batch, 2)), ExportResult.permanent("bad"));
      assertThat(export(chain, batch).join().status()).isEqualTo(PARTIAL);
      assertThat(export(chain, batch).join().status()).isEqualTo(PERMANENT);
      assertThat(file.calls()).isEmpty();

      Batch left = batch.split(2).get(0);
      backend.thenAnswer(
          ExportResult.retryable(batch, left, List.of(new Rejection(1, "old")), "busy")
              .withRefused(SampleBatches.tail(batch, 1)));
      ExportResult result = export(chain, batch).join();
      assertThat(file.batches()).containsExactly(left);
      assertThat(result.status()).isEqualTo(PARTIAL);
      assertThat(result.rejections()).containsExactly(new Rejection(1, "old"));
    }

    @Test
    void aSignalThatThePrimaryDoesNotCarryWasNotRefused() {
      backend.carrying(Signal.METRICS);
      ExportResult result =
          export(build(ExporterChain.of(backend).fallback(unsent, file)), batch).join();
      assertThat(result.fellBack()).isEqualTo(5);
    }

    @Test
    void itemsOfAnotherBatchAreNotHandedOver() {
      backend.thenAnswer(
          partial(SampleBatches.spans(2)),
          ExportResult.retryable(batch, SampleBatches.spans(2), List.of(), "busy"));
      Exporter chain = build(ExporterChain.of(backend).fallback(file));
      assertThat(export(chain, batch).join().status()).isEqualTo(PARTIAL);
      assertThat(file.calls()).isEmpty();

      export(chain, batch).join();
      assertThat(file.batches()).containsExactly(batch);
    }

    private ExportResult partial(Batch refused) {
      return ExportResult.partial(batch, List.of(new Rejection(2, "old"))).withRefused(refused);
    }
  }

  @Nested
  class Recovering {

    private final List<String> states = new ArrayList<>();
    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
    private final Exporter chain = chain(FallbackPolicy.defaults());

    private Exporter chain(FallbackPolicy fallbackPolicy) {
      return build(
          ExporterChain.of(backend)
              .timeout(seconds(10))
              .fallback(fallbackPolicy, file)
              .named("eu")
              .registries(RetryRegistry.ofDefaults(), TimeLimiterRegistry.ofDefaults(), breakers)
              .listener(
                  new ExportListener() {
                    @Override
                    public void onPrimaryState(String leg, String primary, PrimaryState state) {
                      states.add(leg + " " + primary + " " + state);
                    }
                  }));
    }

    private ExportResult exported() {
      CompletableFuture<ExportResult> result = export(chain, batch);
      assertThat(result).isDone();
      return result.join();
    }

    private void die(int batches) {
      for (int i = 0; i < batches; i++) {
        backend.thenAnswer(ExportResult.retryable("busy"));
        exported();
      }
    }

    @Test
    void aDeadPrimaryIsPassedOverAndDoesNotCostItsTimeoutAnyMore() {
      for (int i = 0; i < 3; i++) {
        backend.thenHold();
        CompletableFuture<ExportResult> result = export(chain, batch);
        time.advance(seconds(10));
        assertThat(result.join().fellBack()).isEqualTo(5);
      }

      ExportResult result = exported();

      assertThat(backend.calls()).hasSize(3);
      assertThat(result.fellBack()).isEqualTo(5);
      assertThat(result.outcomeUnknown()).isFalse();
      assertThat(result.message())
          .contains(
              "fell back to file: backend is passed over since it did not take 3 batches in a row");
      assertThat(states).containsExactly("eu backend PASSED_OVER");
      assertThat(breakers.circuitBreaker("eu").getState()).isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void twoFailuresAreNotEnoughAndASuccessBetweenThemForgives() {
      die(2);
      exported();
      die(2);
      exported();
      assertThat(backend.calls()).hasSize(6);
      assertThat(states).isEmpty();
    }

    @Test
    void afterTheDelayOneBatchProbesItAndItIsBack() {
      die(3);
      time.advance(seconds(30));
      exported();
      assertThat(backend.calls()).as("not before 30 s have passed").hasSize(3);
      time.advance(Duration.ofNanos(1));
      backend.thenHold();
      CompletableFuture<ExportResult> probe = export(chain, batch);
      assertThat(backend.calls()).hasSize(4);
      exported();
      assertThat(backend.calls()).as("one probe at a time").hasSize(4);

      backend.calls().get(3).held().complete(ExportResult.success(batch));

      assertThat(probe.join().accepted()).isEqualTo(5);
      assertThat(exported().accepted()).isEqualTo(5);
      assertThat(states)
          .containsExactly(
              "eu backend " + PASSED_OVER, "eu backend " + PROBED, "eu backend " + USED);
    }

    @Test
    void aProbeThatFailsCostsOneBatchForEachDelay() {
      die(3);
      for (int i = 0; i < 3; i++) {
        time.advance(seconds(31));
        die(1);
        exported();
        exported();
      }
      assertThat(backend.calls()).hasSize(6);
      assertThat(file.calls()).hasSize(3 + 9);
    }

    @Test
    void aPrimaryThatRefusesIsAlive() {
      for (int i = 0; i < 5; i++) {
        backend.thenAnswer(ExportResult.permanent("bad"));
        exported();
      }
      assertThat(backend.calls()).hasSize(5);
      assertThat(states).isEmpty();
    }

    @Test
    void aPrimaryThatTakesAPartIsAlive() {
      Batch rest = SampleBatches.tail(batch, 1);
      for (int i = 0; i < 5; i++) {
        backend.thenAnswer(ExportResult.retryable(batch, rest, List.of(), "busy"));
        exported();
      }
      assertThat(backend.calls()).hasSize(5);
    }

    @Test
    void whatTheCallerCancelledSaysNothing() {
      for (int i = 0; i < 5; i++) {
        backend.thenHoldUntilCancelled();
        export(chain, batch).cancel(true);
      }
      assertThat(exported().accepted()).isEqualTo(5);
      assertThat(states).isEmpty();
    }

    @Test
    void aCancelledProbeIsNoProbe() {
      die(3);
      time.advance(seconds(31));
      backend.thenHoldUntilCancelled();
      export(chain, batch).cancel(true);
      assertThat(exported().accepted()).isEqualTo(5);
      assertThat(states).last().isEqualTo("eu backend USED");
    }

    @Test
    void aTimeoutAroundTheWholeCountsAgainstThePrimary() {
      Exporter limited =
          build(ExporterChain.of(backend).fallback(file).timeout(seconds(5)).named("us"));
      for (int i = 0; i < 3; i++) {
        backend.thenHold();
        CompletableFuture<ExportResult> result = export(limited, batch);
        time.advance(seconds(5));
        assertThat(result.join().status()).isEqualTo(RETRYABLE);
      }
      assertThat(export(limited, batch).join().fellBack()).isEqualTo(5);
    }

    @Test
    void neverPassOverAsksItEachTime() {
      Exporter stubborn = chain(FallbackPolicy.builder().neverPassOver().build());
      for (int i = 0; i < 10; i++) {
        backend.thenAnswer(ExportResult.retryable("busy"));
        export(stubborn, batch).join();
      }
      assertThat(backend.calls()).hasSize(10);
    }

    @Test
    void theNumberAndTheDelayAreSettings() {
      Exporter hasty =
          chain(FallbackPolicy.builder().passOverAfter(1).probeAfter(Duration.ofMillis(1)).build());
      backend.thenAnswer(ExportResult.retryable("busy"));
      export(hasty, batch).join();
      export(hasty, batch).join();
      assertThat(backend.calls()).hasSize(1);
      time.advance(Duration.ofMillis(2));
      assertThat(export(hasty, batch).join().accepted()).isEqualTo(5);
    }

    @Test
    void anEventConsumerThatThrowsChangesNothing() {
      breakers
          .circuitBreaker("eu")
          .getEventPublisher()
          .onEvent(
              event -> {
                throw new IllegalStateException("broken consumer");
              });
      die(3);
      assertThat(exported().fellBack()).isEqualTo(5);
      assertThat(backend.calls()).hasSize(3);
    }
  }

  @Test
  void badSettingsAreRefusedWithTheirValue() {
    FallbackPolicy.Builder builder = FallbackPolicy.builder();
    assertThatThrownBy(() -> builder.passOverAfter(0))
        .hasMessageContaining("passOverAfter is 0: want 1 to 10000");
    assertThatThrownBy(() -> builder.passOverAfter(10_001)).hasMessageContaining("10001");
    assertThatThrownBy(() -> builder.probeAfter(Duration.ofNanos(999_999)))
        .hasMessageContaining("probeAfter is PT0.000999999S: want 1 ms or more");
  }

  @Test
  void saysWhatItIs() {
    assertThat(FallbackPolicy.defaults())
        .hasToString("FallbackPolicy[takes=UNDELIVERED, passOverAfter=3, probeAfter=PT30S]");
    assertThat(FallbackPolicy.builder().neverPassOver().build())
        .hasToString("FallbackPolicy[takes=UNDELIVERED, never passes over]");
    assertThat(
            FallbackPolicy.builder()
                .passOverAfter(10_000)
                .probeAfter(Duration.ofSeconds(Long.MAX_VALUE))
                .build()
                .toString())
        .contains("passOverAfter=10000, probeAfter=PT8760H");
  }
}
