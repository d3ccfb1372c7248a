/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import dev.telex.testkit.SampleBatches;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TimeoutTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(3);

  @Test
  void cancelsTheCallUnderneathAndIsRetryableWithAnUnknownOutcome() {
    backend.thenHoldUntilCancelled();
    CompletableFuture<ExportResult> result = export(build(limited()), batch);

    time.advance(Duration.ofMillis(4999));
    assertThat(result).isNotDone();
    time.advance(Duration.ofMillis(1));

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message()).contains("timed out after 5000 ms: cancelled");
    assertThat(result.join().cause().orElseThrow()).isInstanceOf(TimeoutException.class);
    assertThat(result.join().outcomeUnknown()).isTrue();
    assertThat(backend.calls().get(0).context().isCancelled()).isTrue();
    assertThat(stats.of("backend", Signal.TRACES).unknown()).isEqualTo(1);
  }

  @Test
  void endsEvenIfTheExporterNeverDoes() {
    backend.thenHold();
    CompletableFuture<ExportResult> result = export(build(limited()), batch);
    time.advance(seconds(5));
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
  }

  @Test
  void aLateAnswerChangesNothing() {
    backend.thenHold();
    CompletableFuture<ExportResult> result = export(build(limited()), batch);
    time.advance(seconds(5));
    backend.calls().get(0).held().complete(ExportResult.success(batch));
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(stats.of("backend", Signal.TRACES).batches()).isEqualTo(1);
  }

  @Test
  void tellsTheExporterWhatIsLeft() {
    backend.thenHoldUntilCancelled();
    export(build(limited()), batch);
    time.advance(seconds(2));
    assertThat(backend.calls().get(0).context().remaining()).contains(seconds(3));
    time.advance(seconds(3));
  }

  @Test
  void theTimerGoesWithTheAnswerWhateverItIs() {
    Exporter chain = build(limited());
    export(chain, batch);
    backend.thenAnswer(ExportResult.permanent("bad"));
    export(chain, batch);
    backend.then(
        call -> {
          throw new IllegalStateException();
        });
    export(chain, batch);
    assertThat(time.pending()).isZero();
  }

  @Test
  void beforeRetryItLimitsEachAttempt() {
    backend.thenHoldUntilCancelled().thenHoldUntilCancelled();
    Exporter chain = build(limited().retry(policy));
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(chain).hasToString("Retry(Timeout(backend))");

    time.advance(seconds(5 + 1 + 5 + 2));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(backend.calls()).hasSize(3);
  }

  @Test
  void afterRetryItLimitsTheWhole() {
    backend.thenAnswer(ExportResult.retryable("busy")).thenHoldUntilCancelled();
    Exporter chain = build(ExporterChain.of(backend).retry(policy).timeout(seconds(5)));
    assertThat(chain).hasToString("Timeout(Retry(backend))");
    CompletableFuture<ExportResult> result = export(chain, batch);

    time.advance(seconds(5));

    assertThat(result.join().message()).contains("timed out after 5000 ms: cancelled");
    assertThat(backend.calls()).hasSize(2);
    assertThat(backend.calls().get(1).context().isCancelled()).isTrue();
  }

  @Test
  void ofTwoTheShorterIsLeft() {
    backend.thenHoldUntilCancelled();
    Exporter chain =
        build(ExporterChain.of(backend).timeout(seconds(9)).retry(policy).timeout(seconds(4)));
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(backend.calls().get(0).context().remaining()).contains(seconds(4));
    time.advance(seconds(4));
    assertThat(result).isDone();
  }

  @Test
  void aSchedulerThatIsShutDownEndsThePromiseAndSendsNothing() {
    Exporter chain = build(limited());
    time.shutdown();
    assertThat(export(chain, batch).join().status()).isEqualTo(SHUTDOWN);
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void resilience4jTellsOfTimeouts() {
    TimeLimiterRegistry limiters = TimeLimiterRegistry.ofDefaults();
    Exporter chain =
        build(
            limited()
                .registries(
                    RetryRegistry.ofDefaults(), limiters, CircuitBreakerRegistry.ofDefaults()));
    List<String> events = new ArrayList<>();
    limiters
        .timeLimiter("backend")
        .getEventPublisher()
        .onEvent(event -> events.add(event.getEventType().name()));
    backend.thenHoldUntilCancelled();
    export(chain, batch);
    time.advance(seconds(5));
    export(chain, batch);
    backend.thenAnswer(ExportResult.permanent("bad"));
    export(chain, batch);
    assertThat(events).containsExactly("TIMEOUT", "SUCCESS", "ERROR");
  }

  @Test
  void zeroIsRefused() {
    assertThatThrownBy(() -> ExporterChain.of(backend).timeout(Duration.ZERO))
        .hasMessage("timeout is PT0S: want more than zero");
  }

  private ExporterChain limited() {
    return ExporterChain.of(backend).timeout(seconds(5));
  }
}
