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
import dev.telex.exporter.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives each batch to all legs that carry its signal, each as a task of its own: a leg that is
 * slow, throws or fails neither delays nor repeats its neighbours.
 */
final class FanOutExporter extends Decorator {

  private final Join join;
  private final List<LegExporter> legs;

  FanOutExporter(Join join, List<LegExporter> legs) {
    super(legs.stream().map(Traits::of).reduce(Traits::beside).orElseThrow());
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

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    List<LegExporter> carriers =
        legs.stream().filter(leg -> leg.signals().contains(batch.signal())).toList();
    // The chain refuses a batch whose signal none carries, so there is one.
    Vote vote = new Vote(carriers);
    for (int i = 0; i < carriers.size(); i++) {
      int index = i;
      carriers.get(i).export(batch, context).thenAccept(result -> vote.answered(index, result));
    }
    return vote.promise;
  }

  @Override
  public String toString() {
    return legs.stream()
        .map(LegExporter::toString)
        .collect(Collectors.joining(", ", "FanOut[" + join + "](", ")"));
  }

  private static boolean isAcknowledged(LegExporter leg) {
    return leg.delivery() == Delivery.ACKNOWLEDGED;
  }

  /** The answers of the legs to one batch. */
  private final class Vote {
    private final List<LegExporter> carriers;
    private final @Nullable Leg[] answers;
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();

    Vote(List<LegExporter> carriers) {
      this.carriers = carriers;
      this.answers = new Leg[carriers.size()];
    }

    void answered(int index, ExportResult result) {
      Optional<ExportResult> answer;
      synchronized (answers) {
        answers[index] = new Leg(carriers.get(index).name(), result);
        answer = promise.isDone() ? Optional.empty() : count();
      }
      // Without the lock, because completing runs other people's code.
      answer.ifPresent(promise::complete);
    }

    private Optional<ExportResult> count() {
      List<Leg> answered = new ArrayList<>();
      List<Leg> acknowledged = new ArrayList<>();
      for (int i = 0; i < answers.length; i++) {
        Leg answer = answers[i];
        if (answer != null) {
          answered.add(answer);
          if (isAcknowledged(carriers.get(i))) {
            acknowledged.add(answer);
          }
        }
      }
      return join.answer(answered, acknowledged, answered.size() == answers.length);
    }
  }
}
