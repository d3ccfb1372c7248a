/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PERMANENT;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static dev.telex.reliability.Join.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Leg;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FanOutTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);
  private final RecordingExporter other = RecordingExporter.named("other");

  @Test
  void eachLegGetsTheSameBatchOnce() {
    ExportResult result = export(build(ExporterChain.fanOut(ALL, backend, other)), batch).join();
    assertThat(result.status()).isEqualTo(SUCCESS);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(backend.batches()).containsExactly(batch);
    assertThat(other.batches()).containsExactly(batch);
    assertThat(result.legs()).extracting(Leg::name).containsExactly("backend", "other");
  }

  @Test
  void theWorstLegIsTheAnswerAndIsNamed() {
    other.thenAnswer(ExportResult.permanent("bad"));
    Exporter chain = build(ExporterChain.fanOut(ALL, backend, other));
    ExportResult result = export(chain, batch).join();
    assertThat(result.status()).isEqualTo(PERMANENT);
    assertThat(result.message()).contains("other: bad");
    assertThat(result.accepted()).isZero();
    assertThat(result.legs().get(0).result().status()).isEqualTo(SUCCESS);

    backend.thenAnswer(ExportResult.retryable("busy"));
    other.thenAnswer(ExportResult.permanent("bad"));
    assertThat(export(chain, batch).join().status()).isEqualTo(RETRYABLE);
  }

  @Test
  void aLegThatRetriesNeitherDelaysNorRepeatsItsNeighbour() {
    backend.thenAnswer(ExportResult.retryable("busy"));
    CompletableFuture<ExportResult> result =
        export(
            build(ExporterChain.fanOut(ALL, ExporterChain.of(backend).retry(policy), of(other))),
            batch);
    assertThat(other.calls()).hasSize(1);
    assertThat(stats.of("other", Signal.TRACES).delivered()).isEqualTo(5);
    time.advance(seconds(1));
    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(other.calls()).hasSize(1);
    assertThat(backend.calls()).hasSize(2);
  }

  @Test
  void aLegThatBlocksInItsCallHoldsUpNobodyElse() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CompletableFuture<Void> release = new CompletableFuture<>();
    backend.then(
        call -> {
          release.orTimeout(30, TimeUnit.SECONDS).join();
          return ExportResult.success(call.batch()).completed();
        });
    other.otherwise(
        call -> {
          reached.countDown();
          return ExportResult.success(call.batch()).completed();
        });
    // Threads of its own, and real time: what is shown is that they are not shared.
    Exporter chain = ExporterChain.fanOut(ALL, backend, other).build();
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(result).isNotDone();
    release.complete(null);
    assertThat(result.get(30, TimeUnit.SECONDS).status()).isEqualTo(SUCCESS);
    chain.close();
  }

  @Test
  void aLegThatThrowsIsOneFailedLeg() {
    backend.then(
        call -> {
          throw new IllegalStateException("broken");
        });
    ExportResult result = export(build(ExporterChain.fanOut(ALL, backend, other)), batch).join();
    assertThat(result.status()).isEqualTo(PERMANENT);
    assertThat(other.batches()).containsExactly(batch);
  }

  @Test
  void legsThatDoNotCarryTheSignalArePassedOver() {
    backend.carrying(Signal.METRICS);
    Exporter chain = build(ExporterChain.fanOut(ALL, backend, other));
    assertThat(export(chain, batch).join().status()).isEqualTo(SUCCESS);
    assertThat(backend.calls()).isEmpty();
    assertThat(chain.signals()).containsExactlyInAnyOrder(Signal.values());
  }

  @Test
  void ifNoLegCarriesTheSignalThatIsPermanentAndSaysSo() {
    backend.carrying(Signal.METRICS);
    other.carrying(Signal.LOGS);
    ExportResult result = export(build(ExporterChain.fanOut(ALL, backend, other)), batch).join();
    assertThat(result.status()).isEqualTo(PERMANENT);
    assertThat(result.message().orElseThrow()).contains("does not carry traces");
  }

  @Test
  void printsItsNestingWithTheNamesThatWereGiven() {
    Exporter chain =
        build(
            ExporterChain.fanOut(
                ALL,
                of(backend).named("eu").timeout(seconds(5)).retry(policy).fallback(file),
                of(other)));
    assertThat(chain).hasToString("FanOut[ALL](eu=Fallback(Retry(Timeout(backend)), file), other)");
  }

  @Test
  void legsInsideLegsHaveAPath() {
    RecordingExporter third = RecordingExporter.named("third");
    Exporter chain =
        build(
            ExporterChain.fanOut(
                ALL, of(backend), ExporterChain.fanOut(ALL, other, third).named("inner")));
    export(chain, batch);
    assertThat(stats.snapshot().keySet())
        .extracting(DeliveryStats.Key::leg)
        .containsExactly("backend", "inner", "inner/other", "inner/third");
    assertThat(chain).hasToString("FanOut[ALL](backend, inner=FanOut[ALL](other, third))");
  }

  @Test
  void aShutdownLetsLegsThatWaitForTheirThreadGoOn() {
    Exporter chain =
        ExporterChain.fanOut(ALL, backend, other)
            .scheduler(time, time::nanoTime)
            .executor(time)
            .build();
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(backend.calls()).isEmpty();
    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();
    time.runDue();
    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(closed.join().status()).isEqualTo(SUCCESS);
    assertThat(backend.shutdowns()).isEqualTo(1);
    assertThat(other.shutdowns()).isEqualTo(1);
  }

  @Test
  void aShutdownThatIsNotWaitedForEndsWhatHangsWithItsGrace() {
    backend.thenHold();
    Exporter chain = build(ExporterChain.fanOut(ALL, backend, other));
    CompletableFuture<ExportResult> result = export(chain, batch);
    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(5)).toCompletableFuture();
    assertThat(closed).isNotDone();
    time.advance(seconds(5));
    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(closed.join().status()).isEqualTo(SHUTDOWN);
    assertThat(export(chain, batch).join().status()).isEqualTo(SHUTDOWN);
    assertThat(chain.shutdown(seconds(5)).toCompletableFuture().join()).isSameAs(closed.join());
  }

  @Test
  void allIsAcknowledgedIfALegIs() {
    other.delivering(Delivery.BEST_EFFORT);
    assertThat(build(ExporterChain.fanOut(ALL, backend, other)).delivery())
        .isEqualTo(Delivery.ACKNOWLEDGED);
    assertThat(build(ExporterChain.of(RecordingExporter.named("a")).fallback(other)).delivery())
        .isEqualTo(Delivery.BEST_EFFORT);
  }

  @Test
  void legsThatNeedOtherTemporalitiesAreRefused() {
    backend.preferring(MetricPreferences.delta());
    assertThatThrownBy(() -> build(ExporterChain.fanOut(ALL, backend, other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leg 'other'")
        .hasMessageContaining("COUNTER as DELTA and as CUMULATIVE");
    assertThatThrownBy(() -> build(of(backend).fallback(other)))
        .hasMessageContaining("a leg and its fallback");

    other.preferring(MetricPreferences.any());
    assertThat(build(ExporterChain.fanOut(ALL, backend, other)).metricPreferences())
        .isEqualTo(MetricPreferences.delta());
  }

  @Test
  void temporalitiesOfALegWithoutMetricsDoNotMatter() {
    backend.preferring(MetricPreferences.delta());
    other.carrying(Signal.TRACES);
    assertThat(build(ExporterChain.fanOut(ALL, backend, other))).isNotNull();
  }

  @Test
  void retryAndFallbackAroundAllAreRefusedAndTheFixIsNamed() {
    ExporterChain all = ExporterChain.fanOut(ALL, backend, other);
    assertThatThrownBy(() -> all.retry(policy).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retry around fanOut(ALL, ...)")
        .hasMessageContaining("ExporterChain.of(a).retry(...)");
    assertThatThrownBy(() -> all.timeout(seconds(1)).fallback(file).build())
        .hasMessageContaining("fallback around fanOut(ALL, ...)");
    Exporter built = build(all);
    assertThatThrownBy(() -> of(built).retry(policy).build()).hasMessageContaining("retry around");
    assertThat(all.timeout(seconds(1)).build()).hasToString("Timeout(FanOut[ALL](backend, other))");
  }

  @Test
  void twoLegsOfOneNameAreRefused() {
    assertThatThrownBy(
            () -> ExporterChain.fanOut(ALL, backend, RecordingExporter.named("backend")).build())
        .hasMessageContaining("two legs are named 'backend'")
        .hasMessageContaining("named(");
  }

  @Test
  void twoLegsOfOneNameInAPrimaryAndItsFallbackAreRefused() {
    ExporterChain pair = ExporterChain.fanOut(Join.ANY, backend);
    ExporterChain spare = ExporterChain.fanOut(Join.ANY, RecordingExporter.named("backend"), other);
    assertThatThrownBy(() -> pair.fallback(spare).build())
        .as("their statistics would be one")
        .hasMessageContaining("two legs are named 'backend'");
  }

  @Test
  void oneExporterInTwoPlacesIsRefused() {
    assertThatThrownBy(() -> of(backend).fallback(backend).build())
        .hasMessageContaining("'backend' is in this chain twice");
  }

  @Test
  void optionsOfTheOutermostChainAreRefusedInside() {
    ExporterChain inner = of(backend).scheduler(time, time::nanoTime);
    assertThatThrownBy(() -> ExporterChain.fanOut(ALL, inner, of(other)).build())
        .hasMessageContaining("leg 'backend' sets a scheduler");
    assertThatThrownBy(() -> of(other).fallback(inner).build())
        .hasMessageContaining("the fallback sets a scheduler");
  }

  @Test
  void aListenerOfALegHearsOnlyOfThatLeg() {
    DeliveryStats own = new DeliveryStats();
    export(build(ExporterChain.fanOut(ALL, of(backend).listener(own), of(other))), batch);
    assertThat(own.snapshot()).hasSize(1);
    assertThat(stats.snapshot()).hasSize(2);
  }

  @Test
  void eachOptionOfTheOutermostChainIsRefusedInside() {
    for (ExporterChain leg :
        List.of(
            of(backend).executor(Runnable::run),
            of(backend)
                .registries(
                    RetryRegistry.ofDefaults(),
                    TimeLimiterRegistry.ofDefaults(),
                    CircuitBreakerRegistry.ofDefaults()))) {
      assertThatThrownBy(() -> ExporterChain.fanOut(ALL, leg).build())
          .hasMessageContaining("leg 'backend' sets a scheduler, an executor or registries");
    }
  }

  @Test
  void isNamedFanoutUnlessSomebodyNamesIt() {
    assertThat(build(ExporterChain.fanOut(ALL, backend).timeout(seconds(1))).name())
        .isEqualTo("fanout");
    assertThat(build(ExporterChain.fanOut(ALL, other).named("both")).name()).isEqualTo("both");
  }

  @Test
  void aChainThatWasBuiltBeforeMayBeRetriedIfItWaitsForAny() {
    Exporter any = ExporterChain.fanOut(Join.ANY, backend, other).timeout(seconds(5)).build();
    assertThat(build(of(any).retry(policy)))
        .hasToString("Retry(Timeout(FanOut[ANY](backend, other)))");
  }

  @Test
  void aFanOutIsFoundThroughAllDecorators() {
    ExporterChain pair = ExporterChain.fanOut(Join.ANY, ExporterChain.fanOut(ALL, backend));
    assertThatThrownBy(() -> pair.retry(policy).build()).hasMessageContaining("fanOut(ALL");
    assertThatThrownBy(() -> pair.timeout(seconds(1)).retry(policy).build())
        .hasMessageContaining("retry around fanOut(ALL");
    assertThatThrownBy(() -> of(other).fallback(pair).retry(policy).build())
        .hasMessageContaining("retry around fanOut(ALL");
    assertThatThrownBy(() -> of(other).fallback(of(file).fallback(pair)).retry(policy).build())
        .hasMessageContaining("retry around fanOut(ALL");
  }

  @Test
  void refusesNoLegsAndBlankNames() {
    assertThatThrownBy(() -> of(backend).timeout(Duration.ofNanos(-1)))
        .hasMessage("timeout is PT-0.000000001S: want more than zero");
    assertThatThrownBy(() -> ExporterChain.fanOut(ALL, new Exporter[0]))
        .hasMessageContaining("no legs");
    assertThatThrownBy(() -> of(backend).named(" ")).hasMessageContaining("name is ' '");
  }

  private static ExporterChain of(Exporter exporter) {
    return ExporterChain.of(exporter);
  }
}
