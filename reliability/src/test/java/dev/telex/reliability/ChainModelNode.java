/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One place in a chain that the model built, and what the documentation says of such a place. */
final class ChainModelNode {

  private final ChainModelPlan plan;
  private final @Nullable ChainModelNode parent;
  private final String leg;
  private final boolean legRoot;
  private final @Nullable ChainModelLeaf leaf;
  private final List<ChainModelNode> children = new ArrayList<>();
  private final List<ChainModelNode> around = new ArrayList<>();
  private final List<ChainModelNode> aroundInLeg = new ArrayList<>();
  private final boolean hasFanOut;
  private final boolean mayRunOn;

  /** A whole chain. */
  ChainModelNode(ChainModelPlan plan, ChainModel model) {
    this(plan, null, "chain", true, model);
  }

  private ChainModelNode(
      ChainModelPlan plan,
      @Nullable ChainModelNode parent,
      String leg,
      boolean legRoot,
      ChainModel model) {
    this.plan = plan;
    this.parent = parent;
    this.leg = leg;
    this.legRoot = legRoot;
    for (ChainModelNode node = parent; node != null; node = node.parent) {
      around.add(node);
    }
    for (ChainModelNode node = legRoot ? null : parent; node != null; node = node.parent) {
      aroundInLeg.add(node);
      if (node.legRoot) {
        break;
      }
    }
    this.leaf = plan instanceof ChainModelPlan.Leaf own ? model.leaf(own.script(), this) : null;
    if (plan instanceof ChainModelPlan.Timeout timeout) {
      children.add(new ChainModelNode(timeout.inner(), this, leg, false, model));
    } else if (plan instanceof ChainModelPlan.Retry retry) {
      children.add(new ChainModelNode(retry.inner(), this, leg, false, model));
    } else if (plan instanceof ChainModelPlan.Fallback fallback) {
      children.add(new ChainModelNode(fallback.inner(), this, leg, false, model));
      List<ChainModelPlan> others = fallback.others();
      ChainModelPlan rest =
          others.size() == 1
              ? others.get(0)
              : new ChainModelPlan.Fallback(
                  others.get(0), fallback.policy(), others.subList(1, others.size()));
      children.add(new ChainModelNode(rest, this, leg, false, model));
    } else if (plan instanceof ChainModelPlan.FanOut fanOut) {
      // Legs of the outermost fan-out have names of one part, all others those of their leg before.
      String prefix = parent == null || leg.equals("chain") ? "" : leg + "/";
      for (ChainModelPlan inner : fanOut.legs()) {
        children.add(new ChainModelNode(inner, this, prefix + model.legName(), true, model));
      }
    }
    this.hasFanOut =
        plan instanceof ChainModelPlan.FanOut || children.stream().anyMatch(one -> one.hasFanOut);
    this.mayRunOn =
        (plan instanceof ChainModelPlan.FanOut fanOut && fanOut.wanted() > 0)
            || children.stream().anyMatch(one -> one.mayRunOn);
  }

  /** The chain, through the public API. */
  ExporterChain chain() {
    if (plan instanceof ChainModelPlan.Timeout timeout) {
      return child(0).chain().timeout(Duration.ofMillis(timeout.millis()));
    } else if (plan instanceof ChainModelPlan.Retry retry) {
      RetryPolicy.Builder policy =
          RetryPolicy.builder()
              .maxAttempts(retry.maxAttempts())
              .initialBackoff(Duration.ofMillis(retry.backoffMillis()))
              .maxServerDelay(maxServerDelay())
              .random(() -> 1);
      if (retry.maxElapsedMillis() > 0) {
        policy.maxElapsed(Duration.ofMillis(retry.maxElapsedMillis()));
      }
      return child(0).chain().retry(policy.build());
    } else if (plan instanceof ChainModelPlan.Fallback fallback) {
      ChainModelPlan.Policy chosen = fallback.policy();
      FallbackPolicy.Builder policy =
          FallbackPolicy.builder()
              .takes(
                  chosen.takesRefused()
                      ? FallbackPolicy.Takes.UNDELIVERED
                      : FallbackPolicy.Takes.UNSENT)
              .probeAfter(Duration.ofMillis(chosen.probeAfterMillis()));
      if (chosen.passOverAfter() == 0) {
        policy.neverPassOver();
      } else {
        policy.passOverAfter(chosen.passOverAfter());
      }
      ExporterChain[] others =
          fallback.others().size() == 1
              ? new ExporterChain[] {child(1).chain()}
              : new ExporterChain[] {child(1).child(0).chain(), child(1).child(1).chain()};
      return child(0).chain().fallback(policy.build(), others);
    } else if (plan instanceof ChainModelPlan.FanOut fanOut) {
      ExporterChain[] legs =
          children.stream()
              .map(
                  child -> child.chain().named(child.leg.substring(child.leg.lastIndexOf('/') + 1)))
              .toArray(ExporterChain[]::new);
      return ExporterChain.fanOut(join(fanOut), legs);
    }
    return ExporterChain.of(leaf());
  }

  static Duration maxServerDelay() {
    return Duration.ofSeconds(1);
  }

  private static Join join(ChainModelPlan.FanOut fanOut) {
    return fanOut.wanted() == 0 ? Join.ALL : Join.quorum(fanOut.wanted());
  }

  ChainModelPlan plan() {
    return plan;
  }

  ChainModelNode child(int index) {
    return children.get(index);
  }

  List<ChainModelNode> children() {
    return children;
  }

  @Nullable ChainModelNode parent() {
    return parent;
  }

  /** The name of the leg that this stands in, as listeners are told it. */
  String leg() {
    return leg;
  }

  /** Whether this is all of its leg. */
  boolean isLegRoot() {
    return legRoot;
  }

  ChainModelLeaf leaf() {
    if (leaf == null) {
      throw new IllegalStateException(this + " is no leaf");
    }
    return leaf;
  }

  /** This and all places inside. */
  Stream<ChainModelNode> all() {
    return Stream.concat(Stream.of(this), children.stream().flatMap(ChainModelNode::all));
  }

  List<ChainModelLeaf> leaves() {
    return all()
        .filter(node -> node.plan instanceof ChainModelPlan.Leaf)
        .map(ChainModelNode::leaf)
        .toList();
  }

  /** The leaf of the primary, and of its primary, and so on. */
  ChainModelLeaf firstLeaf() {
    return children.isEmpty() ? leaf() : child(0).firstLeaf();
  }

  boolean hasFanOut() {
    return hasFanOut;
  }

  /** Whether a fan-out inside may answer before all of its legs have. */
  boolean mayRunOn() {
    return mayRunOn;
  }

  /** The places around this one, the nearest first. */
  List<ChainModelNode> around() {
    return around;
  }

  /** The places around this one in its leg, the nearest first. */
  List<ChainModelNode> aroundInLeg() {
    return aroundInLeg;
  }

  /** The root of the leg that this stands in. */
  ChainModelNode domain() {
    return aroundInLeg.isEmpty() ? this : aroundInLeg.get(aroundInLeg.size() - 1);
  }

  boolean isInRetriedFanOut() {
    return domain().around().stream().anyMatch(node -> node.plan instanceof ChainModelPlan.Retry);
  }

  /** By the documentation: the union of what is inside. */
  Set<Signal> signals() {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    leaves().forEach(one -> signals.addAll(one.signals()));
    return signals;
  }

  /** By the documentation: what its success means. */
  Delivery delivery() {
    if (plan instanceof ChainModelPlan.Leaf own) {
      return own.script().delivery();
    } else if (plan instanceof ChainModelPlan.FanOut) {
      return children.stream().anyMatch(child -> child.delivery() == Delivery.ACKNOWLEDGED)
          ? Delivery.ACKNOWLEDGED
          : Delivery.BEST_EFFORT;
    }
    return children.stream().allMatch(child -> child.delivery() == Delivery.ACKNOWLEDGED)
        ? Delivery.ACKNOWLEDGED
        : Delivery.BEST_EFFORT;
  }

  /** By the documentation: whether this cannot be built. */
  boolean isToBeRefused() {
    return all().anyMatch(ChainModelNode::isToBeRefusedHere);
  }

  private boolean isToBeRefusedHere() {
    if (plan instanceof ChainModelPlan.Retry || plan instanceof ChainModelPlan.Fallback) {
      return child(0)
          .all()
          .anyMatch(
              node -> node.plan instanceof ChainModelPlan.FanOut fanOut && fanOut.wanted() != 1);
    }
    if (plan instanceof ChainModelPlan.FanOut fanOut && fanOut.wanted() > 0) {
      for (Signal signal : Signal.values()) {
        List<ChainModelNode> carriers = carriers(signal);
        long acknowledged =
            carriers.stream().filter(leg -> leg.delivery() == Delivery.ACKNOWLEDGED).count();
        if (!carriers.isEmpty() && acknowledged < fanOut.wanted()) {
          return true;
        }
      }
    }
    return false;
  }

  /** The legs of a fan-out that carry a signal. */
  List<ChainModelNode> carriers(Signal signal) {
    return children.stream().filter(child -> child.signals().contains(signal)).toList();
  }

  /** How often a leaf can be given one batch at most: all attempts of all retries around it. */
  int maxCalls() {
    return around().stream()
        .filter(node -> node.plan instanceof ChainModelPlan.Retry)
        .mapToInt(node -> ((ChainModelPlan.Retry) node.plan).maxAttempts())
        .reduce(1, (one, other) -> one * other);
  }

  /** The limits of the timeouts around, in milliseconds. */
  IntStream timeouts(List<ChainModelNode> around) {
    return around.stream()
        .filter(node -> node.plan instanceof ChainModelPlan.Timeout)
        .mapToInt(node -> ((ChainModelPlan.Timeout) node.plan).millis());
  }

  @Override
  public String toString() {
    String inner = children.stream().map(ChainModelNode::toString).toList().toString();
    if (plan instanceof ChainModelPlan.Leaf) {
      return leaf().name();
    } else if (plan instanceof ChainModelPlan.Timeout timeout) {
      return "Timeout " + timeout.millis() + " ms" + inner;
    } else if (plan instanceof ChainModelPlan.Retry retry) {
      return "Retry "
          + retry.maxAttempts()
          + "x"
          + retry.backoffMillis()
          + " ms"
          + (retry.maxElapsedMillis() > 0 ? " up to " + retry.maxElapsedMillis() + " ms" : "")
          + inner;
    } else if (plan instanceof ChainModelPlan.Fallback fallback) {
      return "Fallback " + fallback.policy() + inner;
    }
    return join((ChainModelPlan.FanOut) plan) + " of " + inner;
  }
}
