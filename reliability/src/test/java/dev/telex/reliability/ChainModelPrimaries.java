/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of passing over: of primaries that are leaves, and primaries of one fallback only. */
final class ChainModelPrimaries {

  private static final class Known {
    final ChainModelLeaf leaf;
    final ChainModelPlan.Policy policy;
    final List<ChainModelAttempt> seen = new ArrayList<>();
    PrimaryState state = PrimaryState.USED;
    long since;

    /** Answers in a row that have to count, as far as they are beyond doubt. */
    int dead;

    Known(ChainModelLeaf leaf, ChainModelPlan.Policy policy) {
      this.leaf = leaf;
      this.policy = policy;
    }
  }

  private final ChainModel model;
  private final Map<String, Known> known = new HashMap<>();

  ChainModelPrimaries(ChainModel model) {
    this.model = model;
    for (ChainModelLeaf leaf : model.leaves) {
      long names =
          model
              .root
              .all()
              .filter(node -> node.plan() instanceof ChainModelPlan.Fallback)
              .filter(node -> node.child(0).firstLeaf().equals(leaf))
              .count();
      ChainModelNode parent = leaf.node().parent();
      if (names == 1
          && parent != null
          && parent.plan() instanceof ChainModelPlan.Fallback fallback
          && parent.child(0).equals(leaf.node())) {
        known.put(leaf.name(), new Known(leaf, fallback.policy()));
      }
    }
  }

  void begins(ChainModelAttempt attempt) {
    Known primary = known.get(attempt.leaf.name());
    if (primary == null) {
      return;
    }
    if (primary.state == PrimaryState.PASSED_OVER) {
      model.violation(attempt + " although it is passed over");
    }
    if (primary.state == PrimaryState.PROBED) {
      boolean alone =
          primary.leaf.attempts.stream()
              .filter(one -> one.begun >= primary.since && !primary.seen.contains(one))
              .allMatch(one -> one.isAnswered() || one.context.isCancelled());
      if (!alone) {
        model.violation(attempt + " is not the only probe");
      }
    }
  }

  void changed(ChainModel.Changed change) {
    Known primary = known.get(change.primary());
    if (primary == null) {
      return;
    }
    ChainModelPlan.Policy policy = primary.policy;
    if (policy.passOverAfter() == 0) {
      model.violation(change + " although it is never passed over");
    }
    if (primary.state == change.state()) {
      model.violation(change + " is told twice");
    }
    if (change.state() == PrimaryState.PASSED_OVER
        && primary.state == PrimaryState.USED
        && primary.leaf.attempts.size() < policy.passOverAfter()) {
      model.violation(change + " after " + primary.leaf.attempts.size() + " calls");
    }
    if (change.state() == PrimaryState.PROBED
        && change.at() - primary.since < policy.probeAfterMillis() * 1_000_000L) {
      model.violation(change + " too early: passed over since " + primary.since);
    }
    if (primary.state == PrimaryState.PROBED
        && primary.leaf.attempts.stream()
            .filter(one -> !primary.seen.contains(one))
            .noneMatch(one -> one.isAnswered() || one.context.isCancelled())) {
      model.violation(change + " without an answer to the probe");
    }
    primary.state = change.state();
    primary.since = change.at();
    primary.dead = 0;
    primary.seen.clear();
    primary.seen.addAll(primary.leaf.attempts);
  }

  /** A primary told its answer. */
  void answered(ChainModelAttempt attempt) {
    Known primary = known.get(attempt.leaf.name());
    // What was begun before the last change of the state says nothing of the primary any more.
    if (primary != null && !primary.seen.contains(attempt)) {
      primary.dead = attempt.known && isDead(attempt.result()) ? primary.dead + 1 : 0;
    }
  }

  private static boolean isDead(@Nullable ExportResult result) {
    return result != null
        && (result.status() == Status.RETRYABLE || result.status() == Status.SHUTDOWN)
        && result.remainder().isEmpty();
  }

  void afterStep() {
    for (Known primary : known.values()) {
      int most = primary.policy.passOverAfter();
      if (most > 0 && primary.state == PrimaryState.USED && primary.dead >= most) {
        model.violation(
            primary.leaf + " did not take " + primary.dead + " batches, and is not passed over");
      }
    }
  }
}
