/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What all decorators have in common: they pass on what is not theirs to the exporters inside.
 *
 * <p>Only the chain around them knows when to shut down: it calls {@link #beginClosing}, waits for
 * its own exports, calls {@link #drain} for what is left of others, and then {@link #shutdown}.
 */
abstract class Decorator implements Exporter {

  private final Traits traits;

  Decorator(Traits traits) {
    this.traits = traits;
  }

  /** The exporters directly inside, at least one. */
  abstract List<Exporter> inner();

  /**
   * The chain takes no more batches, and will cancel what is left at a point in time. Decorators
   * end what only waits, and begin nothing that would have to be waited for.
   *
   * @param deadlineNanos on the clock of the chain
   */
  void beginClosing(long deadlineNanos) {
    for (Exporter exporter : inner()) {
      if (exporter instanceof Decorator decorator) {
        decorator.beginClosing(deadlineNanos);
      }
    }
  }

  /**
   * Waits for what is under way inside although nobody outside waits for it any more, and cancels
   * it at a point in time.
   *
   * @param deadlineNanos on the clock of the chain
   */
  CompletionStage<?> drain(long deadlineNanos) {
    CompletableFuture<?>[] inside =
        inner().stream()
            .filter(Decorator.class::isInstance)
            .map(exporter -> ((Decorator) exporter).drain(deadlineNanos).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(inside);
  }

  @Override
  public String name() {
    return inner().get(0).name();
  }

  @Override
  public final Set<Signal> signals() {
    return traits.signals();
  }

  @Override
  public final Delivery delivery() {
    return traits.delivery();
  }

  @Override
  public final MetricPreferences metricPreferences() {
    return traits.metricPreferences();
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return ofAll(Exporter::flush);
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    return ofAll(exporter -> exporter.shutdown(grace));
  }

  private CompletionStage<ExportResult> ofAll(
      Function<Exporter, CompletionStage<ExportResult>> call) {
    CompletionStage<ExportResult> all = ExportResult.success().completed();
    for (Exporter exporter : inner()) {
      all = all.thenCombine(answer(exporter, call), ExportResult::worse);
    }
    return all;
  }

  private static CompletionStage<ExportResult> answer(
      Exporter exporter, Function<Exporter, CompletionStage<ExportResult>> call) {
    try {
      return InFlight.attempt(context -> call.apply(exporter), ExportContext.none());
    } catch (VirtualMachineError e) {
      // Mostly a continuation of some stage calls this: a throw would reach nobody, leave the
      // exporters after this one open, and the promise of the chain with them.
      return ExportResult.permanent(e.toString()).withCause(e).completed();
    }
  }
}
