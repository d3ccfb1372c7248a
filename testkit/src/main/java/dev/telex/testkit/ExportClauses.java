/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Signal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;

/** What becomes of batches when all is well, and of batches that are not. */
final class ExportClauses {

  private static final int ITEMS = 3;
  private static final int AT_ONCE = 4;

  private ExportClauses() {}

  static void deliversEachSignal(Trial trial) throws Exception {
    Subject subject = trial.subject();
    for (Signal signal : subject.exporter().signals()) {
      Batch batch = trial.contract().batch(signal, ITEMS);
      trial.expectDelivered(batch, subject.export(batch));
      List<String> messages = trial.take(trial.backend(), 1);
      if (messages.contains("")) {
        throw trial.violated("messages that hold something of " + batch, "one of 0 bytes");
      }
    }
  }

  static void emptyBatch(Trial trial) throws Exception {
    Subject subject = trial.subject();
    for (Signal signal : subject.exporter().signals()) {
      ExportResult result = subject.export(Trial.empty(signal));
      trial.expect(Status.SUCCESS, result, "for an empty batch of " + signal.id());
      trial.expectNothingSent(trial.backend(), "for an empty batch of " + signal.id());
    }
  }

  static void unsupportedSignal(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Set<Signal> others = EnumSet.allOf(Signal.class);
    others.removeAll(subject.exporter().signals());
    Assumptions.assumeFalse(others.isEmpty(), "the exporter carries every signal");
    for (Signal signal : others) {
      // Not the contract's batches: it need not know signals that its exporter does not carry.
      ExportResult result = subject.export(SampleBatches.of(signal, ITEMS));
      trial.expect(
          Status.PERMANENT, result, "for " + signal.id() + ", which signals() does not name");
      trial.expectNothingSent(trial.backend(), "for " + signal.id());
    }
  }

  static void concurrentBatches(Trial trial) throws Exception {
    Subject subject = trial.subject();
    // No item is in two of them, so that none can pass for a part of another.
    List<Batch> batches = trial.batch(subject, AT_ONCE * ITEMS).split(ITEMS);
    List<String> alone = new ArrayList<>();
    for (Batch batch : batches) {
      trial.expectDelivered(batch, subject.export(batch));
      alone.addAll(trial.take(trial.backend(), 1));
    }
    // While one hangs the others come: otherwise each might be done before the next begins.
    boolean hangs = trial.backend().cannotShow(Clause.FLUSH_WAITS).isEmpty();
    if (hangs) {
      trial.backend().next(ContractBackend.Reaction.HANG, "");
    }
    List<Future<CompletableFuture<ExportResult>>> calls = new ArrayList<>();
    for (Batch batch : batches) {
      calls.add(subject.submit(batch));
    }
    if (hangs) {
      trial.awaitHanging(trial.backend());
    }
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (Future<CompletableFuture<ExportResult>> call : calls) {
      results.add(subject.returned("export()", call));
    }
    if (hangs) {
      trial.backend().release();
    }
    for (int i = 0; i < AT_ONCE; i++) {
      trial.expectDelivered(batches.get(i), subject.await("export()", results.get(i)));
    }
    trial.expectSame(
        alone.stream().sorted().toList(),
        trial.take(trial.backend(), alone.size()),
        "of " + AT_ONCE + " batches at once the messages that they make one after the other");
  }

  static void badItem(Trial trial) throws Exception {
    Subject subject = trial.subject();
    for (Signal signal : subject.exporter().signals()) {
      ExportResult result = subject.export(Poison.batch(signal));
      if (trial.acknowledged(subject)) {
        trial.expect(
            Status.PERMANENT,
            result,
            "for " + signal.id() + " whose getters throw: to try again would not help");
      }
      trial.take(trial.backend(), 0);
      Batch next = trial.contract().batch(signal, ITEMS);
      trial.expectDelivered(next, subject.export(next));
    }
  }
}
