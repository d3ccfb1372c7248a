/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where in a chain a decorator stands.
 *
 * @param leg the name of its leg, for listeners and messages
 * @param timers the chain's clock and timers
 * @param executor runs what must not run on a transport's or the scheduler's thread
 * @param listeners those of the chain and of the leg
 * @param registries where resilience4j keeps its part
 */
record Site(
    String leg, Timers timers, Executor executor, Listeners listeners, Registries registries) {

  /** The same place, with further listeners. */
  Site with(List<ExportListener> more) {
    return new Site(leg, timers, executor, listeners.and(more), registries);
  }

  /** Exports as a task of its own, unless it is cancelled before it begins. */
  CompletionStage<ExportResult> onExecutor(Exporter exporter, Batch batch, ExportContext own) {
    CompletableFuture<ExportResult> answer = new CompletableFuture<>();
    AtomicBoolean begun = new AtomicBoolean();
    own.onCancel(
        () -> {
          if (begun.compareAndSet(false, true)) {
            answer.complete(ExportResult.retryable("cancelled before it began"));
          }
        });
    executor.execute(
        () -> {
          if (!begun.compareAndSet(false, true)) {
            return;
          }
          try {
            InFlight.attempt(context -> exporter.export(batch, context), own)
                .thenAccept(answer::complete);
          } catch (VirtualMachineError e) {
            answer.complete(ExportResult.permanent(e.toString()).withCause(e));
            throw e;
          }
        });
    return answer;
  }
}
