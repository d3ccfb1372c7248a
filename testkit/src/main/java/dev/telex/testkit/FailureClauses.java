/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.ContractBackend.Reaction;
import java.util.List;

/** What an exporter makes of a backend that fails. */
final class FailureClauses {

  private static final int ITEMS = 3;

  private FailureClauses() {}

  static void backendDown(Trial trial) throws Exception {
    ExportResult result = exportToNobody(trial);
    trial.expect(Status.RETRYABLE, result, "while the backend is down");
    if (result.accepted() != 0) {
      throw trial.violated("accepted=0 while the backend is down", result);
    }
  }

  static void backendDownIsKnown(Trial trial) throws Exception {
    ExportResult result = exportToNobody(trial);
    if (result.outcomeUnknown()) {
      throw trial.violated(
          "the outcome is known: nobody was there to take anything, and nothing can be there twice",
          result);
    }
  }

  static void retryableAnswer(Trial trial) throws Exception {
    answered(trial, Reaction.RETRYABLE, Status.RETRYABLE, "for an answer that asks to try again");
  }

  static void permanentAnswer(Trial trial) throws Exception {
    answered(trial, Reaction.PERMANENT, Status.PERMANENT, "for a refusal");
  }

  static void lostAnswer(Trial trial) throws Exception {
    ExportResult result =
        answered(trial, Reaction.LOST, Status.RETRYABLE, "when the answer is lost");
    if (!result.outcomeUnknown()) {
      throw trial.violated(
          "an unknown outcome, because the backend may have taken the items", result);
    }
  }

  static void hugeAnswer(Trial trial) throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    backend.next(Reaction.HUGE, "");
    // That it ends is all that is asked: the answer does not.
    subject.export(trial.batch(subject, ITEMS));
    Batch next = trial.batch(subject, ITEMS);
    trial.expectDelivered(next, subject.export(next));
  }

  private static ExportResult exportToNobody(Trial trial) throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    backend.goDown();
    return subject.export(trial.batch(subject, ITEMS));
  }

  /** Looks at the answer between two good ones: connections are in use, and must stay of use. */
  private static ExportResult answered(Trial trial, Reaction reaction, Status wanted, String when)
      throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    Batch batch = trial.batch(subject, ITEMS);
    trial.expectDelivered(batch, subject.export(batch));
    List<String> messages = trial.take(backend, 1);
    backend.next(reaction, "words of the backend");
    ExportResult result = subject.export(batch);
    trial.expect(wanted, result, when);
    if (result.accepted() != 0) {
      throw trial.violated("accepted=0 " + when, result);
    }
    List<String> sent = trial.take(backend, 1);
    if (sent.size() > messages.size()) {
      throw trial.violated(
          "one attempt for one export: only decorators try again",
          sent.size() + " messages, where " + messages.size() + " would do");
    }
    Batch next = trial.batch(subject, ITEMS);
    trial.expectDelivered(next, subject.export(next));
    return result;
  }
}
