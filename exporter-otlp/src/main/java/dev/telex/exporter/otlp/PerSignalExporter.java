/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Exporters whose settings differ by signal, as one. A batch goes to the exporter of its signal;
 * flush and shutdown go to all of them at once, and have the worst of their results.
 */
final class PerSignalExporter implements Exporter {

  private final Map<Signal, OtlpExporter> exporters;

  /** Of every signal; several signals may have the same. */
  PerSignalExporter(Map<Signal, OtlpExporter> exporters) {
    this.exporters = Map.copyOf(exporters);
  }

  @Override
  public String name() {
    return of(Signal.TRACES).name();
  }

  @Override
  public MetricPreferences metricPreferences() {
    return of(Signal.METRICS).metricPreferences();
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return of(batch.signal()).export(batch, context);
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return all(Exporter::flush);
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    return all(exporter -> exporter.shutdown(grace));
  }

  /** The name. */
  @Override
  public String toString() {
    return name();
  }

  private OtlpExporter of(Signal signal) {
    OtlpExporter exporter = exporters.get(signal);
    if (exporter == null) {
      throw new IllegalStateException("no exporter for " + signal.id());
    }
    return exporter;
  }

  private CompletionStage<ExportResult> all(
      Function<Exporter, CompletionStage<ExportResult>> request) {
    Set<Exporter> each = new LinkedHashSet<>();
    for (Signal signal : Signal.values()) {
      each.add(of(signal));
    }
    // A list, so that all are asked before one is waited for.
    List<CompletionStage<ExportResult>> results = each.stream().map(request).toList();
    CompletionStage<ExportResult> worst = ExportResult.success().completed();
    for (CompletionStage<ExportResult> result : results) {
      worst = worst.thenCombine(result, ExportResult::worse);
    }
    return worst;
  }
}
