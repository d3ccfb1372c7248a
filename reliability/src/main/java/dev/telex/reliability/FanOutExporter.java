/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;

/**
 * Gives each batch to all legs that carry its signal, each as a task of its own: a leg that is
 * slow, throws or fails neither delays nor repeats its neighbours.
 */
final class FanOutExporter extends Decorator {

  private final Join join;
  private final List<LegExporter> legs;

  FanOutExporter(Join join, List<LegExporter> legs) {
    this.join = join;
    this.legs = List.copyOf(legs);
  }

  Join join() {
    return join;
  }

  @Override
  List<Exporter> inner() {
    return List.copyOf(legs);
  }

  @Override
  public String name() {
    return "fanout";
  }

  /** All legs succeed only if one that is acknowledged does, if there is one. */
  @Override
  public Delivery delivery() {
    return legs.stream().anyMatch(leg -> leg.delivery() == Delivery.ACKNOWLEDGED)
        ? Delivery.ACKNOWLEDGED
        : Delivery.BEST_EFFORT;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    List<LegExporter> carriers =
        legs.stream().filter(leg -> leg.signals().contains(batch.signal())).toList();
    if (carriers.isEmpty()) {
      return ExportResult.permanent("no leg of " + this + " carries " + batch.signal().id())
          .completed();
    }
    List<CompletableFuture<ExportResult>> results = new ArrayList<>(carriers.size());
    for (LegExporter leg : carriers) {
      results.add(start(leg, batch, context));
    }
    return CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              List<Leg> answers = new ArrayList<>(results.size());
              for (int i = 0; i < results.size(); i++) {
                answers.add(new Leg(carriers.get(i).name(), results.get(i).join()));
              }
              return ExportResult.ofLegs(answers);
            });
  }

  @Override
  public String toString() {
    return legs.stream()
        .map(LegExporter::toString)
        .collect(Collectors.joining(", ", "FanOut[" + join + "](", ")"));
  }

  private static CompletableFuture<ExportResult> start(
      LegExporter leg, Batch batch, ExportContext context) {
    CompletableFuture<ExportResult> answer = new CompletableFuture<>();
    try {
      leg.site()
          .executor()
          .execute(
              () -> {
                try {
                  InFlight.attempt(own -> leg.export(batch, own), context)
                      .thenAccept(answer::complete);
                } catch (VirtualMachineError e) {
                  answer.complete(ExportResult.permanent(e.toString()).withCause(e));
                  throw e;
                }
              });
    } catch (RejectedExecutionException e) {
      ExportResult refused = ExportResult.failure(e);
      leg.site().listeners().onResult(leg.site().leg(), batch, refused);
      answer.complete(refused);
    }
    return answer;
  }
}
