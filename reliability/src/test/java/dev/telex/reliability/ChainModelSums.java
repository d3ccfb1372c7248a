/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Signal;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Compares what results say of items with what leaves really did. */
final class ChainModelSums {

  private final ChainModel model;

  ChainModelSums(ChainModel model) {
    this.model = model;
  }

  /** A leg told its listeners the result of a batch. */
  void told(ChainModelNode leg, ChainModelExport export, Batch batch, ExportResult result) {
    if (export.vmError) {
      return;
    }
    check(export, leg, batch, result);
    if (leg.hasFanOut()) {
      return;
    }
    List<ChainModelAttempt> fresh = export.attempts(leg).filter(attempt -> !attempt.told).toList();
    fresh.forEach(attempt -> attempt.told = true);
    boolean foreign =
        fresh.stream()
            .anyMatch(attempt -> attempt.answer.kind() == ChainModelAnswer.Kind.FOREIGN_REMAINDER);
    Set<Integer> known = delivered(fresh.stream().filter(attempt -> attempt.known));
    if (!foreign && result.accepted() + result.fellBack() < known.size()) {
      wrong(export, leg, result, "forgets that " + known + " were delivered");
    }
    Set<Integer> first = delivered(fresh.stream().filter(one -> one.leaf.equals(leg.firstLeaf())));
    Set<Integer> others =
        delivered(fresh.stream().filter(one -> !one.leaf.equals(leg.firstLeaf())));
    if (result.accepted() > first.size()) {
      wrong(export, leg, result, "accepted more than " + first);
    }
    if (result.fellBack() > others.size()) {
      wrong(export, leg, result, "fell back more than " + others);
    }
    handedOver(leg, export, batch, result, fresh);
  }

  /** The promise of an export is done. */
  void ended(ChainModelExport export, ExportResult result) {
    check(export, model.root, export.batch, result);
    List<ExportResult> told = export.told(model.root.leg());
    if (told.size() == 1) {
      ExportResult leg = told.get(0);
      boolean cutOff =
          model.shutdownAt >= 0
              && leg.status() == Status.RETRYABLE
              && result.status() == Status.SHUTDOWN;
      if (!(cutOff || leg.status() == result.status())
          || leg.accepted() != result.accepted()
          || leg.fellBack() != result.fellBack()
          || !leg.rejections().equals(result.rejections())
          || !leg.remainder().equals(result.remainder())) {
        wrong(export, model.root, result, "is not what listeners were told: " + leg);
      }
    }
  }

  private void check(
      ChainModelExport export, ChainModelNode node, Batch batch, ExportResult result) {
    int items = batch.itemCount();
    int taken = result.accepted() + result.fellBack();
    int rejected = Math.min(result.rejected(), Math.max(0, items - taken));
    boolean settled = result.status() == Status.SUCCESS || result.status() == Status.PARTIAL;
    if (result.accepted() < 0 || result.fellBack() < 0 || taken > items) {
      wrong(export, node, result, "counts items twice");
    }
    if (taken > delivered(export, node)) {
      wrong(export, node, result, "claims more than was delivered");
    }
    if (result.status() == Status.SUCCESS && (taken != items || rejected > 0)) {
      wrong(export, node, result, "is no success");
    }
    if (settled && result.remainder().isPresent()) {
      wrong(export, node, result, "leaves something of what is settled");
    }
    if (result.outcomeUnknown() && export.attempts(node).findAny().isEmpty()) {
      wrong(export, node, result, "is unknown, but nobody was asked");
    }
    if (!export.isHonest(node)) {
      return;
    }
    if (taken + result.rejected() > items) {
      wrong(export, node, result, "settles more than there is");
    }
    if (node.hasFanOut()) {
      return;
    }
    Optional<Batch> rest = result.remainder();
    if (rest.isPresent() && (rest.get().itemCount() == 0 || !rest.get().isPartOf(batch))) {
      wrong(export, node, result, "leaves what was not given");
    }
    int left = settled ? 0 : rest.map(Batch::itemCount).orElse(items);
    if (taken + rejected + left != items) {
      wrong(export, node, result, "does not add up to " + items);
    }
  }

  /** How many items can be delivered for a place of the chain at most, by what leaves did. */
  private int delivered(ChainModelExport export, ChainModelNode node) {
    ChainModelPlan plan = node.plan();
    if (plan instanceof ChainModelPlan.FanOut fanOut) {
      List<ChainModelNode> legs = node.carriers(export.batch.signal());
      if (fanOut.wanted() == 0) {
        return legs.stream().mapToInt(leg -> delivered(export, leg)).min().orElse(0);
      }
      return legs.stream()
          .filter(leg -> leg.delivery() == Delivery.ACKNOWLEDGED)
          .map(leg -> delivered(export, leg))
          .sorted(Comparator.reverseOrder())
          .skip(fanOut.wanted() - 1L)
          .findFirst()
          .orElse(0);
    } else if (!node.hasFanOut()) {
      return delivered(export.attempts(node)).size();
    }
    int sum = node.children().stream().mapToInt(child -> delivered(export, child)).sum();
    return Math.min(export.batch.itemCount(), sum);
  }

  private static Set<Integer> delivered(Stream<ChainModelAttempt> attempts) {
    Set<Integer> items = new HashSet<>();
    attempts.forEach(attempt -> items.addAll(attempt.delivered));
    return items;
  }

  /** What a leg could not deliver was offered to each fallback of it that could be asked. */
  private void handedOver(
      ChainModelNode leg,
      ChainModelExport export,
      Batch batch,
      ExportResult result,
      List<ChainModelAttempt> attempts) {
    boolean disturbed =
        export.cancelled
            || export.context.remaining().isPresent()
            || model.shutdownAt >= 0
            || model.killed
            || model.executor.lost() > 0
            || result.status() == Status.SUCCESS;
    if (disturbed || !export.isHonest(leg)) {
      return;
    }
    Set<Integer> left = new HashSet<>();
    if (!result.isDelivered()) {
      left.addAll(model.itemsOf(result.remainder().orElse(batch)));
    }
    leg.all()
        .filter(node -> node.plan() instanceof ChainModelPlan.Fallback)
        .filter(node -> takesAll(node, leg))
        .forEach(
            node -> {
              ChainModelNode other = node.child(1);
              if (!(other.plan() instanceof ChainModelPlan.Leaf)
                  || !other.signals().contains(batch.signal())) {
                return;
              }
              Set<Integer> wanted = new HashSet<>(left);
              attempts.stream()
                  .filter(one -> one.known && one.answer.named())
                  .filter(one -> one.leaf.node().equals(node.child(0)))
                  .forEach(one -> wanted.addAll(one.refused));
              attempts.stream()
                  .filter(one -> one.leaf.equals(other.leaf()))
                  .forEach(one -> wanted.removeAll(one.given));
              if (!wanted.isEmpty()) {
                wrong(export, leg, result, wanted + " were not handed to " + other);
              }
            });
  }

  /** Whether a fallback is to be asked for all that is left of the leg that it stands in. */
  private static boolean takesAll(ChainModelNode node, ChainModelNode leg) {
    if (!((ChainModelPlan.Fallback) node.plan()).policy().takesRefused()) {
      return false;
    }
    if (node.timeouts(node.around()).findAny().isPresent()) {
      return false;
    }
    ChainModelNode inner = node;
    for (ChainModelNode around : node.aroundInLeg()) {
      if (around.plan() instanceof ChainModelPlan.Fallback) {
        // It may be passed over with what it is part of, or be asked for less.
        return false;
      }
      inner = around;
    }
    return inner.equals(leg);
  }

  /** Counts over all batches. */
  void atTheEnd() {
    model
        .stats
        .snapshot()
        .forEach(
            (key, counts) -> {
              if (counts.items()
                      != counts.delivered()
                          + counts.rejected()
                          + counts.fellBack()
                          + counts.dropped()
                  || Stream.of(
                          counts.delivered(),
                          counts.rejected(),
                          counts.fellBack(),
                          counts.dropped())
                      .anyMatch(count -> count < 0)) {
                model.violation(key + " does not add up: " + counts);
              }
            });
    model
        .root
        .all()
        .filter(node -> node.isLegRoot() && !node.hasFanOut() && !node.isInRetriedFanOut())
        .forEach(leg -> Stream.of(Signal.values()).forEach(signal -> repeated(leg, signal)));
  }

  /** What arrived twice was counted as a possible duplicate. */
  private void repeated(ChainModelNode leg, Signal signal) {
    long repeated = 0;
    for (ChainModelExport export : model.exports) {
      if (export.batch.signal() == signal && !export.vmError) {
        List<Integer> all =
            export.attempts(leg).flatMap(attempt -> attempt.delivered.stream()).toList();
        repeated += all.size() - new HashSet<>(all).size();
      }
    }
    DeliveryStats.Counts counts = model.stats.of(leg.leg(), signal);
    if (repeated > counts.possibleDuplicates()) {
      model.violation(leg + " delivered " + repeated + " items twice, and counts " + counts);
    }
  }

  private void wrong(
      ChainModelExport export, ChainModelNode node, ExportResult result, String what) {
    model.violation(export + " in " + node + ": " + result + " " + what);
  }
}
