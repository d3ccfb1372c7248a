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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What all decorators have in common: they pass on what is not theirs to the exporters inside.
 *
 * <p>Only the chain around them knows what is in flight and when to shut down: it calls {@link
 * #beginClosing}, waits, and calls {@link #shutdown} when nothing is under way any more.
 */
abstract class Decorator implements Exporter {

  /** The exporters directly inside, at least one. */
  abstract List<Exporter> inner();

  /**
   * The chain takes no more batches, and will cancel what is left at a point in time. Decorators
   * give up what cannot end before it.
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

  @Override
  public String name() {
    return inner().get(0).name();
  }

  @Override
  public Set<Signal> signals() {
    Set<Signal> all = EnumSet.noneOf(Signal.class);
    inner().forEach(exporter -> all.addAll(exporter.signals()));
    return all;
  }

  @Override
  public Delivery delivery() {
    return inner().get(0).delivery();
  }

  @Override
  public MetricPreferences metricPreferences() {
    MetricPreferences all = MetricPreferences.any();
    for (Exporter exporter : inner()) {
      all = all.and(exporter.metricPreferences());
    }
    return all;
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
      all =
          all.thenCombine(
              InFlight.attempt(context -> call.apply(exporter), ExportContext.none()),
              ExportResult::worse);
    }
    return all;
  }
}
