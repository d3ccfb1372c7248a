/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Signal;
import dev.telex.testkit.ContractBackend.Reaction;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Flush, and the end of an exporter. */
final class ShutdownClauses {

  private static final int ITEMS = 3;

  /** A grace that is over before the backend, which hangs, has answered. */
  private static final Duration SHORT = Duration.ofMillis(20);

  private ShutdownClauses() {}

  static void flushWaits(Trial trial) throws Exception {
    Subject subject = trial.subject();
    ExportResult idle = subject.await("flush()", subject.flush());
    trial.expect(Status.SUCCESS, idle, "of a flush when nothing is under way");
    CompletableFuture<ExportResult> export = hanging(trial, subject);
    CompletableFuture<ExportResult> flush = subject.flush();
    if (flush.isDone()) {
      throw trial.violated(
          "flush() completes when the export that is under way has ended",
          flush.getNow(ExportResult.success()) + " before it");
    }
    trial.backend().release();
    trial.expect(Status.SUCCESS, subject.await("export()", export), "when the backend goes on");
    trial.expect(Status.SUCCESS, subject.await("flush()", flush), "of flush() after it");
  }

  static void exportAfterShutdown(Trial trial) throws Exception {
    Subject subject = trial.subject();
    subject.await("shutdown()", subject.shutdown(trial.limit()));
    for (Signal signal : subject.exporter().signals()) {
      ExportResult result = subject.export(trial.contract().batch(signal, ITEMS));
      trial.expect(Status.SHUTDOWN, result, "for " + signal.id() + " after shutdown");
      trial.expectNothingSent(trial.backend(), "after shutdown");
    }
    subject.await("flush()", subject.flush());
  }

  static void shutdownTwice(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Batch batch = trial.batch(subject, ITEMS);
    trial.expectDelivered(batch, subject.export(batch));
    ExportResult first = subject.await("shutdown()", subject.shutdown(trial.limit()));
    trial.expect(Status.SUCCESS, first, "of a shutdown when nothing is under way");
    ExportResult second = subject.await("shutdown()", subject.shutdown(Duration.ZERO));
    trial.expect(first.status(), second, "of the second shutdown too");
  }

  static void shutdownWithinGrace(Trial trial) throws Exception {
    Subject subject = trial.subject();
    CompletableFuture<ExportResult> export = hanging(trial, subject);
    CompletableFuture<ExportResult> shutdown = subject.shutdown(trial.limit());
    CompletableFuture<ExportResult> second = subject.shutdown(trial.limit());
    if (shutdown.isDone() || second.isDone()) {
      throw trial.violated(
          "shutdown() completes when the export that is under way has ended",
          (shutdown.isDone() ? shutdown : second).getNow(ExportResult.success()) + " before it");
    }
    if (export.isDone()) {
      throw trial.violated(
          "an export goes on for the grace",
          export.getNow(ExportResult.success()) + " while its backend hung");
    }
    ExportResult late = subject.export(trial.batch(subject, ITEMS));
    trial.expect(Status.SHUTDOWN, late, "for an export that comes while shutdown() waits");
    trial.backend().release();
    trial.expect(Status.SUCCESS, subject.await("export()", export), "within the grace");
    trial.expect(Status.SUCCESS, subject.await("shutdown()", shutdown), "of shutdown() after it");
    trial.expect(Status.SUCCESS, subject.await("shutdown()", second), "of the second one too");
  }

  static void shutdownBeyondGrace(Trial trial) throws Exception {
    Subject subject = trial.subject();
    CompletableFuture<ExportResult> export = hanging(trial, subject);
    ExportResult shutdown = subject.await("shutdown()", subject.shutdown(SHORT));
    ExportResult result = subject.await("export()", export);
    trial.expect(Status.SHUTDOWN, result, "for an export that outlived the grace");
    if (!result.outcomeUnknown()) {
      throw trial.violated(
          "an unknown outcome, because the backend may have taken the items", result);
    }
    trial.expect(
        Status.SHUTDOWN, shutdown, "of shutdown(): the worst result of what was under way");
  }

  static void shutdownAborts(Trial trial) throws Exception {
    Subject subject = trial.subject();
    hanging(trial, subject);
    subject.shutdown(SHORT);
    trial.awaitAborted(trial.backend());
  }

  static void shutdownClosesConnections(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Batch batch = trial.batch(subject, ITEMS);
    trial.expectDelivered(batch, subject.export(batch));
    subject.await("shutdown()", subject.shutdown(trial.limit()));
    trial.awaitIdle(trial.backend());
  }

  static void shutdownEndsThreads(Trial trial) throws Exception {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    Subject subject = trial.subject();
    for (Signal signal : subject.exporter().signals()) {
      Batch batch = trial.contract().batch(signal, ITEMS);
      trial.expectDelivered(batch, subject.export(batch));
    }
    subject.await("shutdown()", subject.shutdown(trial.limit()));
    trial.backend().close();
    List<Thread> started =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread))
            .filter(thread -> !thread.getName().startsWith(Trial.THREADS))
            .filter(thread -> thread.getName().startsWith("telex-") || !thread.isDaemon())
            .toList();
    for (Thread thread : started) {
      thread.join(trial.limit().toMillis());
      if (thread.isAlive()) {
        throw trial.violated(
            "no thread is left that is named telex-… or is no daemon",
            thread.getName() + (thread.isDaemon() ? "" : ", no daemon,") + " is still there");
      }
    }
  }

  /** An export whose backend hangs. */
  private static CompletableFuture<ExportResult> hanging(Trial trial, Subject subject)
      throws Exception {
    ContractBackend backend = trial.backend();
    backend.next(Reaction.HANG, "");
    CompletableFuture<ExportResult> export =
        subject.start(trial.batch(subject, ITEMS), ExportContext.none());
    trial.awaitHanging(backend);
    return export;
  }
}
