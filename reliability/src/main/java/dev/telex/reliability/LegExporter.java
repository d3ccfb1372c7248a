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

/** A leg with its name, whose results the listeners are told. */
final class LegExporter extends Decorator {

  private final Exporter inner;
  private final String name;
  private final boolean named;
  private final Site site;

  /**
   * A leg.
   *
   * @param name unique among its neighbours
   * @param named whether somebody chose that name, so that it is worth printing
   */
  LegExporter(Exporter inner, String name, boolean named, Site site) {
    this.inner = inner;
    this.name = name;
    this.named = named;
    this.site = site;
  }

  Site site() {
    return site;
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
    try {
      return InFlight.attempt(own -> inner.export(batch, own), context)
          .thenApply(result -> tell(batch, result));
    } catch (VirtualMachineError e) {
      tell(batch, ExportResult.permanent(e.toString()).withCause(e));
      throw e;
    }
  }

  @Override
  public String toString() {
    return named ? name + "=" + inner : inner.toString();
  }

  private ExportResult tell(Batch batch, ExportResult result) {
    site.listeners().onResult(site.leg(), batch, result);
    return result;
  }
}
