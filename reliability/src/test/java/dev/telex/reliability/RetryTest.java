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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
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
import org.junit.jupiter.api.Test;

class RetryTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);

  @Test
  void sendsAgainAfterTheBackoffUntilItSucceeds() {
    backend.thenAnswer(ExportResult.retryable("busy"), ExportResult.retryable("busy"));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);

    time.advance(Duration.ofMillis(999));
    assertThat(backend.calls()).hasSize(1);
    time.advance(Duration.ofMillis(1));
    assertThat(backend.calls()).hasSize(2);
    time.advance(Duration.ofMillis(1999));
    assertThat(result).isNotDone();
    time.advance(Duration.ofMillis(1));

    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(result.join().accepted()).isEqualTo(5);
    assertThat(backend.calls())
        .extracting(RecordingExporter.Call::attempt)
        .containsExactly(1, 2, 3);
    assertThat(backend.batches()).allMatch(sent -> sent == batch);
    assertThat(stats.of("backend", Signal.TRACES).retries()).isEqualTo(2);
  }

  @Test
  void givesTheLastFailureWhenAttemptsRunOut() {
    backend.otherwise(call -> ExportResult.retryable("busy " + call.attempt()).completed());
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);

    time.advance(seconds(60));

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message()).contains("busy 4");
    assertThat(backend.calls()).hasSize(4);
    assertThat(stats.of("backend", Signal.TRACES).dropped()).isEqualTo(5);
  }

  @Test
  void doesNotRetryWhatIsPermanentOrPartial() {
    Exporter chain = build(retrying());
    backend.thenAnswer(
        ExportResult.permanent("bad"),
        ExportResult.partial(batch, List.of(new Rejection(2, "old"))));

    assertThat(export(chain, batch).join().status()).isEqualTo(PERMANENT);
    assertThat(export(chain, batch).join().status()).isEqualTo(PARTIAL);
    assertThat(backend.calls()).hasSize(2);
  }

  @Test
  void sendsOnlyTheRemainderAndSumsWhatWasSettled() {
    Batch remainder = SampleBatches.tail(batch, 2);
    backend.thenAnswer(
        ExportResult.retryable(batch, remainder, List.of(new Rejection(1, "too old")), "busy"));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);

    time.advance(seconds(1));

    assertThat(backend.batches()).containsExactly(batch, remainder);
    assertThat(result.join().status()).isEqualTo(PARTIAL);
    assertThat(result.join().accepted()).isEqualTo(4);
    assertThat(result.join().rejections()).containsExactly(new Rejection(1, "too old"));
    assertThat(result.join().remainder()).isEmpty();
  }

  @Test
  void keepsTheRemainderWhenItGivesUp() {
    Batch remainder = SampleBatches.tail(batch, 2);
    backend.thenAnswer(
        ExportResult.retryable(batch, remainder, List.of(), "busy"), ExportResult.permanent("bad"));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);

    time.advance(seconds(1));

    assertThat(result.join().status()).isEqualTo(PERMANENT);
    assertThat(result.join().accepted()).isEqualTo(3);
    assertThat(result.join().remainder()).containsSame(remainder);
  }

  @Test
  void aForeignRemainderIsNotTrusted() {
    backend.thenAnswer(
        ExportResult.retryable(batch, SampleBatches.spans(9), List.of(), "busy"),
        ExportResult.retryable(batch, SampleBatches.logs(1), List.of(), "busy"));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);

    time.advance(seconds(60));

    assertThat(backend.batches()).containsExactly(batch, batch, batch);
    assertThat(result.join().accepted()).isEqualTo(5);
    assertThat(stats.of("backend", Signal.TRACES).unknown()).isEqualTo(2);
    assertThat(stats.of("backend", Signal.TRACES).possibleDuplicates()).isEqualTo(10);
  }

  @Test
  void anEmptyRemainderIsSuccess() {
    backend.thenAnswer(
        ExportResult.retryable(batch, SampleBatches.spans(0), List.of(), "all taken"));
    assertThat(export(build(retrying()), batch).join().status()).isEqualTo(SUCCESS);
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void waitsAsLongAsTheServerAsksButNotForEver() {
    backend.thenAnswer(
        ExportResult.retryable("busy").withRetryAfter(seconds(7)),
        ExportResult.retryable("busy").withRetryAfter(Duration.ofDays(365)),
        ExportResult.retryable("busy").withRetryAfter(Duration.ZERO));
    List<Duration> delays = new ArrayList<>();
    Exporter chain =
        build(
            retrying()
                .listener(
                    new ExportListener() {
                      @Override
                      public void onRetry(
                          String leg, Batch sent, ExportResult failure, Duration delay) {
                        delays.add(delay);
                      }
                    }));
    CompletableFuture<ExportResult> result = export(chain, batch);

    time.advance(Duration.ofMinutes(5));

    assertThat(delays).containsExactly(seconds(7), Duration.ofMinutes(1), seconds(4));
    assertThat(result.join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void drawsTheDelayFromZeroToTheCappedBackoff() {
    RetryPolicy half =
        RetryPolicy.builder()
            .random(() -> 0.5)
            .initialBackoff(seconds(2))
            .multiplier(3)
            .maxBackoff(seconds(10))
            .build();
    ExportResult busy = ExportResult.retryable("busy");
    assertThat(half.delay(1, busy)).isEqualTo(seconds(1));
    assertThat(half.delay(2, busy)).isEqualTo(seconds(3));
    assertThat(half.delay(3, busy)).isEqualTo(seconds(5));
    assertThat(half.delay(1000, busy)).isEqualTo(seconds(5));
  }

  @Test
  void aThrowANullAndAnExceptionalStageAreFailures() {
    backend
        .then(
            call -> {
              throw new IllegalStateException("first");
            })
        .then(call -> null)
        .then(call -> CompletableFuture.failedFuture(new IOException("third")));
    Exporter chain = build(retrying());

    assertThat(export(chain, batch).join().cause().orElseThrow()).hasMessage("first");
    assertThat(export(chain, batch).join().message().orElseThrow()).contains("no stage");
    CompletableFuture<ExportResult> third = export(chain, batch);
    time.advance(seconds(1));
    assertThat(third.join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void aThrowOnALaterAttemptEndsThePromise() {
    backend
        .thenAnswer(ExportResult.retryable("busy"))
        .then(
            call -> {
              throw new IllegalStateException("on attempt 2");
            });
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);
    time.advance(seconds(1));
    assertThat(result.join().status()).isEqualTo(PERMANENT);
  }

  @Test
  void anErrorOfTheMachineGoesThroughAndLeavesNoPromise() {
    Exporter chain = build(retrying());
    backend.then(
        call -> {
          throw new StackOverflowError("deep");
        });
    assertThatThrownBy(() -> chain.export(batch, none())).isInstanceOf(StackOverflowError.class);
    assertThat(chain.flush().toCompletableFuture()).isCompleted();
    assertThat(stats.of("backend", Signal.TRACES).dropped()).isEqualTo(5);
  }

  @Test
  void cancellingTheContextEndsTheWait() {
    backend.thenAnswer(ExportResult.retryable("busy"));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);
    assertThat(time.pending()).isEqualTo(1);

    context.cancel();

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message().orElseThrow()).contains("cancelled", "busy");
    assertThat(time.pending()).isZero();
  }

  @Test
  void cancellingTheFutureEndsTheWaitAndTheAttempt() {
    backend.thenAnswer(ExportResult.retryable("busy")).thenHoldUntilCancelled();
    Exporter chain = build(retrying());
    CompletableFuture<ExportResult> result = export(chain, batch);
    result.cancel(true);
    assertThat(time.pending()).isZero();
    assertThat(backend.calls()).hasSize(1);

    CompletableFuture<ExportResult> second = export(chain, batch);
    second.cancel(true);
    assertThat(backend.calls().get(1).context().isCancelled()).isTrue();
    assertThat(chain.flush().toCompletableFuture()).isCompleted();
  }

  @Test
  void givesUpWhenTheNextAttemptWouldComeTooLate() {
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    Exporter chain =
        build(ExporterChain.of(backend).retry(policy).timeout(Duration.ofMillis(2500)));
    CompletableFuture<ExportResult> result = export(chain, batch);

    time.advance(seconds(1));

    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message().orElseThrow()).contains("too late", "busy");
    assertThat(backend.calls()).hasSize(2);
  }

  @Test
  void aShutdownEndsTheWaitAtOnceWithTheLastCause() {
    IOException last = new IOException("no route");
    backend.thenAnswer(ExportResult.failure(last));
    Exporter chain = build(retrying());
    CompletableFuture<ExportResult> result = export(chain, batch);
    assertThat(time.pending()).isEqualTo(1);

    CompletableFuture<ExportResult> closed = chain.shutdown(seconds(60)).toCompletableFuture();

    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(result.join().message())
        .contains("shut down while it waited to retry: java.io.IOException: no route");
    assertThat(result.join().cause()).containsSame(last);
    assertThat(closed.join().status()).isEqualTo(SHUTDOWN);
    assertThat(backend.calls()).hasSize(1);
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void aShutdownLetsTheAttemptUnderWayEndAndBeginsNoOther() {
    backend.thenHold();
    Exporter chain = build(retrying());
    CompletableFuture<ExportResult> result = export(chain, batch);

    chain.shutdown(seconds(60));
    assertThat(result).isNotDone();
    backend.calls().get(0).held().complete(ExportResult.retryable("busy"));

    assertThat(result.join().status()).isEqualTo(SHUTDOWN);
    assertThat(result.join().message()).contains("shut down while it waited to retry: busy");
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void aSchedulerThatIsShutDownEndsThePromise() {
    backend.thenAnswer(ExportResult.retryable("busy"));
    Exporter chain = build(retrying());
    time.shutdown();
    assertThat(export(chain, batch).join().status()).isEqualTo(SHUTDOWN);
  }

  @Test
  void aListenerThatThrowsChangesNothing() {
    backend.thenAnswer(ExportResult.retryable("busy"));
    ExportListener broken =
        new ExportListener() {
          @Override
          public void onResult(String leg, Batch sent, ExportResult result) {
            throw new IllegalStateException("listener");
          }

          @Override
          public void onRetry(String leg, Batch sent, ExportResult failure, Duration delay) {
            throw new IllegalStateException("listener");
          }
        };
    CompletableFuture<ExportResult> result = export(build(retrying().listener(broken)), batch);
    time.advance(seconds(1));
    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(stats.of("backend", Signal.TRACES).delivered()).isEqualTo(5);
  }

  @Test
  void resilience4jCountsAndTellsWhatHappened() {
    Exporter chain = build(registered(retrying()));
    List<String> events = new ArrayList<>();
    retries
        .retry("backend")
        .getEventPublisher()
        .onEvent(event -> events.add(event.getEventType().name()));
    backend.thenAnswer(ExportResult.retryable("busy"));

    export(chain, batch);
    time.advance(seconds(1));
    backend.thenAnswer(ExportResult.permanent("bad"));
    export(chain, batch);

    assertThat(events).containsExactly("RETRY", "SUCCESS", "IGNORED_ERROR");
    assertThat(retries.retry("backend").getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
        .isEqualTo(1);
  }

  @Test
  void resilience4jCountsWhatFailedForGood() {
    Exporter chain = build(registered(retrying()));
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    export(chain, batch);
    time.advance(seconds(60));
    assertThat(retries.retry("backend").getMetrics().getNumberOfFailedCallsWithRetryAttempt())
        .isEqualTo(1);
  }

  @Test
  void theNumberOfAttemptsIsThatOfThePolicyAlsoIfAnEventConsumerThrows() {
    Exporter chain = build(registered(retrying()));
    retries
        .retry("backend")
        .getEventPublisher()
        .onEvent(
            event -> {
              throw new IllegalStateException("consumer");
            });
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(60));
    assertThat(backend.calls()).hasSize(4);
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
  }

  @Test
  void anEventConsumerThatThrowsChangesNothing() {
    Exporter chain = build(registered(retrying()));
    retries
        .retry("backend")
        .getEventPublisher()
        .onEvent(
            event -> {
              throw new IllegalStateException("consumer");
            });
    backend.thenAnswer(ExportResult.retryable("busy"));
    CompletableFuture<ExportResult> result = export(chain, batch);
    time.advance(seconds(1));
    assertThat(result.join().status()).isEqualTo(SUCCESS);
  }

  @Test
  void aThousandFailuresLeaveNoTimer() {
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    Exporter chain = build(ExporterChain.of(backend).timeout(seconds(9)).retry(policy));
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      results.add(export(chain, batch));
    }
    assertThat(time.pending()).as("one backoff each, and no timer of a timeout").isEqualTo(1000);
    time.advance(seconds(60));
    assertThat(results).allMatch(CompletableFuture::isDone);
    assertThat(time.pending()).isZero();
  }

  @Test
  void noAttemptBeginsLaterThanMaxElapsed() {
    backend.otherwise(call -> ExportResult.retryable("busy").completed());
    RetryPolicy patient =
        RetryPolicy.builder().random(() -> 1).maxAttempts(9).maxElapsed(seconds(7)).build();
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.of(backend).retry(patient)), batch);
    time.advance(seconds(1 + 2));
    assertThat(backend.calls()).hasSize(3);
    assertThat(result).as("the next attempt begins just in time").isNotDone();
    time.advance(seconds(4));

    assertThat(backend.calls()).hasSize(4);
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(result.join().message()).contains("no attempt begins later than PT7S: busy");
  }

  @Test
  void whatAnAttemptTookCountsTowardsMaxElapsed() {
    backend.thenHold();
    RetryPolicy hasty =
        RetryPolicy.builder().random(() -> 1).maxElapsed(Duration.ofMillis(2999)).build();
    CompletableFuture<ExportResult> result =
        export(build(ExporterChain.of(backend).retry(hasty)), batch);
    time.advance(seconds(2));
    backend.calls().get(0).held().complete(ExportResult.retryable("busy"));
    assertThat(result.join().message()).contains("no attempt begins later than PT2.999S: busy");
  }

  @Test
  void aLostAnswerIsUnknownAndWhatIsSentAgainAPossibleDuplicate() {
    backend.thenAnswer(
        ExportResult.retryable("reset").withOutcomeUnknown(),
        ExportResult.retryable(batch, SampleBatches.tail(batch, 2), List.of(), "busy"),
        ExportResult.retryable("reset").withOutcomeUnknown());
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);
    time.advance(seconds(60));
    assertThat(result.join().status()).isEqualTo(SUCCESS);
    assertThat(result.join().accepted()).isEqualTo(5);
    DeliveryStats.Counts counts = stats.of("backend", Signal.TRACES);
    assertThat(counts.unknown()).isEqualTo(2);
    assertThat(counts.possibleDuplicates()).isEqualTo(5 + 2);
    assertThat(counts.delivered()).isEqualTo(5);
  }

  @Test
  void whatAnAttemptClaimsWithoutSayingWhatIsLeftIsNotCounted() {
    backend.thenAnswer(ExportResult.retryable("busy").summed(RETRYABLE, 3, List.of(), null));
    CompletableFuture<ExportResult> result = export(build(retrying()), batch);
    time.advance(seconds(1));
    assertThat(backend.batches()).containsExactly(batch, batch);
    assertThat(result.join().accepted()).isEqualTo(5);
  }

  @Test
  void badSettingsAreRefusedWithTheirValue() {
    assertThatThrownBy(() -> RetryPolicy.builder().maxAttempts(0))
        .hasMessage("maxAttempts is 0: want 1 or more");
    assertThatThrownBy(() -> RetryPolicy.builder().maxElapsed(Duration.ZERO))
        .hasMessage("maxElapsed is PT0S: want more than zero");
    assertThatThrownBy(() -> RetryPolicy.builder().initialBackoff(Duration.ZERO))
        .hasMessageContaining("initialBackoff is PT0S");
    assertThatThrownBy(() -> RetryPolicy.builder().multiplier(Double.NaN))
        .hasMessageContaining("multiplier is NaN");
    assertThatThrownBy(() -> RetryPolicy.builder().maxServerDelay(seconds(-1)))
        .hasMessageContaining("maxServerDelay is PT-1S");
  }

  @Test
  void theAttemptsContextIsACancellableChildOfTheCallers() {
    CancellableContext parent = CancellableContext.create();
    backend.thenHoldUntilCancelled();
    CompletableFuture<ExportResult> result =
        build(retrying()).export(batch, parent).toCompletableFuture();
    parent.cancel();
    assertThat(result.join().status()).isEqualTo(RETRYABLE);
    assertThat(backend.calls()).hasSize(1);
  }

  private ExporterChain retrying() {
    return ExporterChain.of(backend).retry(policy);
  }
}
