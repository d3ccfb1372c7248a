/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.ContractBackend.Reaction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** When nobody waits for an export any more. */
final class CancelClauses {

  private static final int ITEMS = 3;

  /** How long a backend that hangs is given: what is right does not depend on it. */
  private static final Duration SOON = Duration.ofMillis(50);

  private CancelClauses() {}

  static void cancelCompletes(Trial trial) throws Exception {
    Subject subject = trial.subject();
    ExportResult result = cancelWhileHanging(trial, subject);
    trial.expect(Status.RETRYABLE, result, "for an export that was cancelled");
    if (!result.outcomeUnknown()) {
      throw trial.violated(
          "an unknown outcome, because the backend may have taken the items", result);
    }
    // Whether the work underneath was aborted is asked by CANCEL_ABORTS.
    trial.backend().release();
    Batch next = trial.batch(subject, ITEMS);
    trial.expectDelivered(next, subject.export(next));
  }

  static void cancelAborts(Trial trial) throws Exception {
    cancelWhileHanging(trial, trial.subject());
    trial.awaitAborted(trial.backend());
  }

  static void cancelledBefore(Trial trial) throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    Batch batch = trial.batch(subject, ITEMS);
    trial.expectDelivered(batch, subject.export(batch));
    List<String> messages = trial.take(backend, 1);

    CancellableContext context = CancellableContext.create();
    context.cancel();
    ExportResult result = subject.export(trial.otherBatch(subject, ITEMS), context);
    trial.expect(Status.RETRYABLE, result, "for an export that was cancelled before");

    // What comes after it shows that nothing of it was only late.
    trial.expectDelivered(batch, subject.export(batch));
    trial.expectSame(
        messages,
        trial.take(backend, messages.size()),
        "nothing of a batch that was cancelled before, only the one after it");
  }

  static void remainingTime(Trial trial) throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    backend.next(Reaction.HANG, "");
    backend.next(Reaction.HANG, "");
    CompletableFuture<ExportResult> unlimited =
        subject.start(trial.batch(subject, ITEMS), ExportContext.none());
    trial.awaitHanging(backend);
    ExportContext soon = CancellableContext.childOf(ExportContext.none(), SOON, System::nanoTime);
    ExportResult result = subject.export(trial.batch(subject, ITEMS), soon);
    // An exporter that has only a time limit of its own ends both together.
    if (unlimited.isDone()) {
      throw trial.violated(
          "the export ends when its context has no time left, before one without a limit",
          "both had ended then; the one without a limit as "
              + unlimited.getNow(ExportResult.success()));
    }
    trial.expect(Status.RETRYABLE, result, "for an export whose context has no time left");
    backend.release();
    subject.await("export()", unlimited);
  }

  private static ExportResult cancelWhileHanging(Trial trial, Subject subject) throws Exception {
    ContractBackend backend = trial.backend();
    backend.next(Reaction.HANG, "");
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result = subject.start(trial.batch(subject, ITEMS), context);
    trial.awaitHanging(backend);
    if (result.isDone()) {
      throw trial.violated(
          "a result when the backend has answered",
          result.getNow(ExportResult.success()) + " while it hung");
    }
    context.cancel();
    return subject.await("export()", result);
  }
}
