/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final InFlight inFlight = new InFlight("test", EnumSet.allOf(Signal.class));
  private final Batch batch = TestData.spans(2);
  private final CancellableContext caller = CancellableContext.create();

  @AfterEach
  void noInterruptIsLeaked() {
    assertThat(Thread.interrupted()).as("a leaked interrupt").isFalse();
  }

  private CompletionStage<ExportResult> run(InFlight.Start start) {
    return inFlight.run(batch, caller, start);
  }

  private CompletionStage<ExportResult> run(CompletionStage<ExportResult> stage) {
    return run(context -> stage);
  }

  private static InFlight.Start mustNotBegin() {
    return context -> {
      throw new AssertionError("must not begin");
    };
  }

  private static ExportResult now(CompletionStage<ExportResult> stage) {
    CompletableFuture<ExportResult> future = stage.toCompletableFuture();
    assertThat(future).isCompleted();
    return future.join();
  }

  @Test
  void passesTheResultOn() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    ExportResult result = ExportResult.success(batch);

    CompletionStage<ExportResult> stage = run(work);
    assertThat(stage.toCompletableFuture()).isNotDone();
    assertThat(inFlight.count()).isEqualTo(1);
    work.complete(result);

    assertThat(now(stage)).isSameAs(result);
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void answersForAnEmptyBatchAndAForeignSignalAndAfterShutdown() {
    InFlight traces = new InFlight("traces only", EnumSet.of(Signal.TRACES));
    Batch logs = TestData.logs(1);
    Batch empty = Batch.traces(List.of());

    assertThat(now(traces.run(empty, caller, mustNotBegin()))).hasToString("SUCCESS[accepted=0]");
    assertThat(now(traces.run(logs, caller, mustNotBegin())))
        .hasToString("PERMANENT[accepted=0, traces only does not carry logs]");
    assertThat(traces.isShutdown()).isFalse();
    traces.shutdown(Duration.ZERO);
    assertThat(traces.isShutdown()).isTrue();
    for (Batch any : List.of(batch, logs, empty)) {
      assertThat(now(traces.run(any, caller, mustNotBegin())))
          .hasToString("SHUTDOWN[accepted=0, traces only is shut down]");
    }
    assertThat(traces.count()).isZero();
  }

  @Test
  void theExportHasAChildContextOfItsOwn() {
    List<ExportContext> contexts = new ArrayList<>();
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CancellableContext second = CancellableContext.childOf(caller, 2);
    inFlight.run(
        batch,
        second,
        context -> {
          contexts.add(context);
          context.onCancel(() -> work.complete(ExportResult.retryable("cancelled")));
          return work;
        });
    ExportContext own = contexts.get(0);

    assertThat(own.attempt()).isEqualTo(2);
    caller.cancel();

    assertThat(own.isCancelled()).isTrue();
    assertThat(work).isDone();
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void anEndedExportLeavesTheContextOfItsCaller() {
    List<ExportContext> contexts = new ArrayList<>();
    run(
        context -> {
          contexts.add(context);
          return ExportResult.success().completed();
        });

    caller.cancel();

    assertThat(contexts.get(0).isCancelled()).isFalse();
  }

  @Test
  void aThrowBecomesAResult() {
    ExportResult io =
        now(
            run(
                context -> {
                  throw new IOException("reset");
                }));
    ExportResult bug =
        now(
            run(
                context -> {
                  throw new IllegalStateException("bug");
                }));
    ExportResult linkage =
        now(
            run(
                context -> {
                  throw new NoClassDefFoundError("Missing");
                }));

    assertThat(io.status()).isEqualTo(Status.RETRYABLE);
    assertThat(bug.status()).isEqualTo(Status.PERMANENT);
    assertThat(linkage.status()).isEqualTo(Status.PERMANENT);
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void anInterruptThatIsThrownHereIsRestored() {
    ExportResult result =
        now(
            run(
                context -> {
                  throw new InterruptedException();
                }));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
  }

  @Test
  @SuppressWarnings("NullAway") // What somebody else's exporter may do.
  void aMissingStageOrResultIsABugOfTheExporter() {
    assertThat(now(run(context -> null)))
        .hasToString("PERMANENT[accepted=0, the exporter returned no stage]");
    assertThat(now(run(CompletableFuture.completedFuture(null))))
        .hasToString("PERMANENT[accepted=0, the exporter's stage completed without a result]");
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void anExceptionalStageBecomesAResult() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage = run(work.thenApply(result -> result));

    work.completeExceptionally(new TimeoutException("slow"));

    assertThat(now(stage).status()).isEqualTo(Status.RETRYABLE);
    assertThat(now(stage).cause()).containsInstanceOf(TimeoutException.class);
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void theInterruptOfAnotherThreadDoesNotInterruptWhoCompletesTheStage() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage = run(work);

    work.completeExceptionally(new InterruptedException("elsewhere"));

    assertThat(Thread.interrupted()).isFalse();
    assertThat(now(stage).status()).isEqualTo(Status.RETRYABLE);
    assertThat(now(run(CompletableFuture.failedFuture(new InterruptedException()))).status())
        .isEqualTo(Status.RETRYABLE);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aVirtualMachineErrorGoesThroughAndLeavesNothingOpen() {
    Error error = new OutOfMemoryError("heap");
    CompletableFuture<ExportResult> other = new CompletableFuture<>();
    run(other);

    assertThatThrownBy(
            () ->
                run(
                    context -> {
                      throw error;
                    }))
        .isSameAs(error);

    assertThat(inFlight.count()).isEqualTo(1);
    other.complete(ExportResult.success());
    assertThat(now(inFlight.shutdown(LONG)).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void aVirtualMachineErrorOfAnotherThreadEndsTheStage() {
    Error error = new OutOfMemoryError("heap");

    ExportResult result = now(run(CompletableFuture.failedFuture(error)));

    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.cause()).containsSame(error);
  }

  @Test
  void flushWaitsForWhatIsUnderWayAndReportsTheWorst() {
    CompletableFuture<ExportResult> one = new CompletableFuture<>();
    CompletableFuture<ExportResult> two = new CompletableFuture<>();
    CompletableFuture<ExportResult> later = new CompletableFuture<>();
    assertThat(now(inFlight.flush())).hasToString("SUCCESS[accepted=0]");
    run(one);
    run(two);

    CompletableFuture<ExportResult> flush = inFlight.flush().toCompletableFuture();
    run(later);
    two.complete(ExportResult.permanent("no"));
    assertThat(flush).isNotDone();
    one.complete(ExportResult.success(batch));

    assertThat(flush).isCompleted();
    assertThat(flush.join()).hasToString("PERMANENT[accepted=0, no]");
    assertThat(now(inFlight.run(Batch.logs(List.of()), caller, mustNotBegin())).isDelivered())
        .isTrue();
    assertThat(inFlight.flush().toCompletableFuture()).isNotDone();
    later.complete(ExportResult.success());
    assertThat(now(inFlight.flush()).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void whatAReceiverDoesToItsStageAffectsNobodyElse() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    // As with orTimeout(), which completes the very future that it is called on.
    run(work).toCompletableFuture().completeExceptionally(new TimeoutException());
    CompletableFuture<ExportResult> flush = inFlight.flush().toCompletableFuture();
    inFlight.flush().toCompletableFuture().cancel(true);
    CompletionStage<ExportResult> shutdown = inFlight.shutdown(LONG);
    shutdown.toCompletableFuture().cancel(true);
    assertThat(flush).isNotDone();

    work.complete(ExportResult.permanent("no"));

    assertThat(flush.join().status()).isEqualTo(Status.PERMANENT);
    assertThat(now(shutdown).status()).isEqualTo(Status.PERMANENT);
    assertThat(now(inFlight.shutdown(LONG)).status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void shutdownOfNothingIsDoneAtOnce() {
    assertThat(now(inFlight.shutdown(LONG)).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void shutdownWaitsForWhatEndsWithinTheGrace() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage = run(work);

    CompletionStage<ExportResult> shutdown = inFlight.shutdown(LONG);
    assertThat(shutdown.toCompletableFuture()).isNotDone();
    assertThat(now(run(mustNotBegin())).status()).isEqualTo(Status.SHUTDOWN);
    work.complete(ExportResult.retryable("busy"));

    assertThat(now(stage)).hasToString("RETRYABLE[accepted=0, busy]");
    assertThat(now(shutdown).status()).isEqualTo(Status.RETRYABLE);
  }

  @Test
  void shutdownIsIdempotent() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    run(work);
    CompletionStage<ExportResult> first = inFlight.shutdown(LONG);

    assertThat(inFlight.shutdown(Duration.ZERO) == first).isTrue();
    assertThat(first.toCompletableFuture()).isNotDone();
    work.complete(ExportResult.success());
    assertThat(now(inFlight.shutdown(LONG)).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void shutdownCancelsWhatIsLeftAfterTheGrace() throws Exception {
    CompletableFuture<ExportResult> answers = new CompletableFuture<>();
    CompletionStage<ExportResult> polite =
        run(
            context -> {
              context.onCancel(
                  () -> answers.complete(ExportResult.retryable("cancelled").withStatusCode(7)));
              return answers;
            });
    CompletionStage<ExportResult> deaf = run(new CompletableFuture<>());

    ExportResult result = Await.result(inFlight.shutdown(Duration.ofMillis(1)));

    String why = "test was shut down before the export ended: ";
    assertThat(result.status()).isEqualTo(Status.SHUTDOWN);
    assertThat(now(polite)).hasToString("SHUTDOWN[accepted=0, statusCode=7, " + why + "cancelled]");
    assertThat(now(deaf))
        .hasToString(
            "SHUTDOWN[accepted=0, outcome unknown, " + why + "cancelled before it answered]");
    assertThat(inFlight.count()).isZero();
    assertThat(caller.isCancelled()).isFalse();
  }

  @Test
  void whoHasAClockOfItsOwnDrainsAndCutsOff() {
    CompletionStage<ExportResult> stage = run(new CompletableFuture<>());

    CompletionStage<ExportResult> idle = inFlight.drain();
    assertThat(now(run(mustNotBegin())).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(idle.toCompletableFuture()).isNotDone();
    inFlight.cutOff();

    assertThat(now(stage).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(now(idle).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(inFlight.drain() == idle).isTrue();
    assertThat(inFlight.shutdown(LONG) == idle).isTrue();
  }

  @Test
  void anExportThatIgnoresItsCancellationIsAnsweredFor() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage = run(work);

    caller.cancel();

    assertThat(now(stage))
        .hasToString("RETRYABLE[accepted=0, outcome unknown, cancelled before it answered]");
    assertThat(inFlight.count()).isZero();
    assertThat(now(inFlight.flush()).status()).isEqualTo(Status.SUCCESS);
    work.complete(ExportResult.success());
    assertThat(now(stage).status()).isEqualTo(Status.RETRYABLE);
  }

  @Test
  void whatIsCancelledOrOutOfTimeBeforeItBeginsIsNotBegun() {
    CancellableContext late = CancellableContext.childOf(caller, Duration.ZERO, () -> 0);
    assertThat(now(inFlight.run(batch, late, mustNotBegin())))
        .hasToString("RETRYABLE[accepted=0, no time was left to export]");
    caller.cancel();
    assertThat(now(run(mustNotBegin())))
        .hasToString("RETRYABLE[accepted=0, cancelled before it began]");
    assertThat(inFlight.count()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // The queue of what was told is not empty.
  void whoKeepsTheBooksIsToldEveryResultOnceAndBeforeItsReceiver() {
    Queue<ExportResult> told = new ArrayDeque<>();
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage = inFlight.run(batch, caller, ctx -> work, told::add);
    assertThat(told).isEmpty();
    CompletionStage<Integer> toldBefore = stage.thenApply(result -> told.size());
    work.complete(ExportResult.success(batch));
    assertThat(toldBefore.toCompletableFuture().join()).isEqualTo(1);
    assertThat(told.remove()).isSameAs(now(stage));

    inFlight.run(batch, caller, ctx -> new CompletableFuture<>(), told::add);
    caller.cancel();
    assertThat(told.remove().status()).isEqualTo(Status.RETRYABLE);

    CancellableContext other = CancellableContext.create();
    for (Batch answeredFor : List.of(Batch.traces(List.of()), batch)) {
      CompletionStage<ExportResult> answer =
          inFlight.run(answeredFor, other, mustNotBegin(), told::add);
      assertThat(told.remove()).isSameAs(now(answer));
    }
    inFlight.drain();
    CompletionStage<ExportResult> refused = inFlight.run(batch, other, mustNotBegin(), told::add);
    assertThat(told.remove()).isSameAs(now(refused));
    assertThat(told).isEmpty();
  }

  @Test
  void whoKeepsTheBooksCannotKeepTheStageOpen() {
    CompletionStage<ExportResult> stage =
        inFlight.run(
            batch,
            caller,
            context -> ExportResult.success(batch).completed(),
            result -> {
              throw new IllegalStateException("a bug in the books");
            });
    assertThat(now(stage)).hasToString("SUCCESS[accepted=2]");
    assertThat(now(inFlight.flush()).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void shutdownKeepsWhatWasDeliveredWhenItCutAnExportOff() {
    Batch rest = batch.split(1).get(1);
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage =
        run(
            context -> {
              context.onCancel(
                  () -> work.complete(ExportResult.retryable(batch, rest, List.of(), "half")));
              return work;
            });

    inFlight.shutdown(Duration.ZERO);

    assertThat(now(stage))
        .hasToString(
            "SHUTDOWN[accepted=1, remainder=1, test was shut down before the export ended: half]");
  }

  @Test
  void shutdownDoesNotCallASuccessAShutdown() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage =
        run(
            context -> {
              context.onCancel(() -> work.complete(ExportResult.success(batch)));
              return work;
            });

    assertThat(now(inFlight.shutdown(Duration.ZERO)).status()).isEqualTo(Status.SUCCESS);
    assertThat(now(stage)).hasToString("SUCCESS[accepted=2]");
  }

  @Test
  void shutdownWithoutAGraceCancelsAtOnce() {
    for (Duration grace : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      InFlight each = new InFlight("test", EnumSet.allOf(Signal.class));
      each.run(batch, caller, context -> new CompletableFuture<>());

      assertThat(now(each.shutdown(grace)).status()).isEqualTo(Status.SHUTDOWN);
    }
  }

  @Test
  void theGraceMayBeForEver() {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    run(work);
    CompletionStage<ExportResult> shutdown = inFlight.shutdown(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(shutdown.toCompletableFuture()).isNotDone();

    work.complete(ExportResult.success());

    assertThat(now(shutdown).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void oneExportThatFailsToCancelDoesNotKeepTheOthersOpen() {
    Error error = new OutOfMemoryError("heap");
    List<CompletionStage<ExportResult>> stages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      stages.add(
          run(
              context -> {
                context.onCancel(
                    () -> {
                      throw error;
                    });
                return new CompletableFuture<>();
              }));
    }

    assertThatThrownBy(() -> inFlight.shutdown(Duration.ZERO)).isSameAs(error);

    assertThat(stages).allSatisfy(stage -> assertThat(now(stage).outcomeUnknown()).isTrue());
    assertThat(now(inFlight.shutdown(LONG)).status()).isEqualTo(Status.SHUTDOWN);
  }

  @Test
  void continuationsMayCallBackIn() throws Exception {
    // On a thread of its own each, because a lock that is held while continuations run would show
    // only there.
    List<CompletableFuture<Status>> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      seen.add(
          run(context -> new CompletableFuture<>())
              .toCompletableFuture()
              .thenApply(
                  result ->
                      CompletableFuture.supplyAsync(
                              () -> now(run(mustNotBegin())).status(),
                              task -> new Thread(task).start())
                          .join()));
    }

    CompletableFuture<Void> shutdown =
        CompletableFuture.runAsync(() -> inFlight.shutdown(Duration.ZERO));

    Await.result(shutdown);
    for (CompletableFuture<Status> status : seen) {
      assertThat(Await.result(status)).isEqualTo(Status.SHUTDOWN);
    }
  }
}
