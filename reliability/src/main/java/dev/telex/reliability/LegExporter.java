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
import java.util.concurrent.CompletionStage;

/**
 * One leg: everything in it answers for a batch exactly once, and then the listeners are told. It
 * knows what is under way in it, also when a fan-out that needs no more answers has long answered.
 */
final class LegExporter extends Decorator {

  private final Exporter inner;
  private final String name;
  private final Site site;
  private final boolean beside;
  private final boolean printName;
  private final InFlight inFlight;

  /**
   * A leg.
   *
   * @param name unique among its neighbours
   * @param beside whether it has neighbours: then each batch is a task of its own
   * @param printName whether somebody chose that name, so that it is worth printing
   */
  LegExporter(Exporter inner, String name, Site site, boolean beside, boolean printName) {
    super(Traits.of(inner));
    this.inner = inner;
    this.name = name;
    this.site = site;
    this.beside = beside;
    this.printName = printName;
    this.inFlight = new InFlight(name, signals());
  }

  @Override
  List<Exporter> inner() {
    return List.of(inner);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(
        batch,
        context,
        own -> beside ? site.onExecutor(inner, batch, own) : inner.export(batch, own),
        result -> site.listeners().onResult(site.leg(), batch, result));
  }

  /** What a leg makes of a batch that nobody waits for any more is told to listeners only. */
  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush().thenCompose(ended -> super.flush());
  }

  @Override
  CompletionStage<?> drain(long deadlineNanos) {
    return site.timers()
        .drain(inFlight, deadlineNanos)
        .thenCompose(ended -> super.drain(deadlineNanos));
  }

  @Override
  public String toString() {
    return printName ? name + "=" + inner : inner.toString();
  }
}
