/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Refuses a chain that cannot work, before anything is made, and says what would. */
final class ChainCheck {

  private final Set<Exporter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> legNames = new HashSet<>();

  private ChainCheck() {}

  /**
   * Checks a whole chain.
   *
   * @throws IllegalArgumentException if it cannot work
   */
  static void check(ExporterChain outermost) {
    new ChainCheck().node(outermost.node(), "");
  }

  /**
   * Checks a node and gives its traits.
   *
   * @param prefix of the names of legs inside, empty or ending in a slash
   */
  private Traits node(ChainNode node, String prefix) {
    if (node instanceof ChainNode.Leaf leaf) {
      if (!seen.add(leaf.exporter())) {
        throw new IllegalArgumentException(
            "exporter '"
                + leaf.exporter().name()
                + "' is in this chain twice: it would be shut down by one place under the other."
                + " Build a second one");
      }
      return Traits.of(leaf.exporter());
    } else if (node instanceof ChainNode.Timeout timeout) {
      return node(timeout.inner(), prefix);
    } else if (node instanceof ChainNode.Retry retry) {
      refuseAround(retry.inner(), "retry");
      return node(retry.inner(), prefix);
    } else if (node instanceof ChainNode.Fallback fallback) {
      refuseAround(fallback.inner(), "fallback");
      inner(fallback.fallback(), "the fallback");
      Traits primary = node(fallback.inner(), prefix);
      Traits other = node(fallback.fallback().node(), prefix);
      return sameMetrics(() -> primary.backedBy(other), "a leg and its fallback");
    }
    return legs((ChainNode.FanOut) node, prefix);
  }

  private Traits legs(ChainNode.FanOut fanOut, String prefix) {
    List<Traits> legs = new ArrayList<>();
    @Nullable Traits all = null;
    for (ExporterChain leg : fanOut.legs()) {
      String name = prefix + leg.effectiveName();
      if (!legNames.add(name)) {
        throw new IllegalArgumentException(
            "two legs are named '"
                + name
                + "': give them different names with ExporterChain.of(exporter).named(\"...\")");
      }
      inner(leg, "leg '" + name + "'");
      Traits own = node(leg.node(), name + "/");
      Traits before = all == null ? own : all;
      all = sameMetrics(() -> before.beside(own), "leg '" + name + "' and the legs before it");
      legs.add(own);
    }
    if (!fanOut.join().isAll()) {
      for (Signal signal : Signal.values()) {
        refuseOutOfReach(fanOut.join(), signal, legs);
      }
    }
    return all == null ? legs.get(0) : all;
  }

  /** A join that no answer can satisfy would make a failure of every batch of that signal. */
  private static void refuseOutOfReach(Join join, Signal signal, List<Traits> legs) {
    List<Traits> carriers = legs.stream().filter(leg -> leg.signals().contains(signal)).toList();
    long acknowledged =
        carriers.stream().filter(leg -> leg.delivery() == Delivery.ACKNOWLEDGED).count();
    if (!carriers.isEmpty() && acknowledged < join.wanted()) {
      throw new IllegalArgumentException(
          String.format(
              "fanOut(%s, ...) needs %d acknowledged legs for %s and has %d: a BEST_EFFORT leg, or"
                  + " one with a BEST_EFFORT fallback, cannot acknowledge. Put the fallback behind"
                  + " fanOut(ANY, ...), or use ALL",
              join, join.wanted(), signal.id(), acknowledged));
    }
  }

  private static Traits sameMetrics(Supplier<Traits> traits, String who) {
    try {
      return traits.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          who
              + " need different metrics of one reader: "
              + e.getMessage()
              + ". Set the same metric preferences, or build a chain for each",
          e);
    }
  }

  private static void inner(ExporterChain chain, String who) {
    if (chain.options().isOutermost()) {
      throw new IllegalArgumentException(
          who
              + " sets a scheduler, an executor or registries: set them on the outermost chain,"
              + " which lends them to all of it");
    }
  }

  private static void refuseAround(ChainNode inner, String decorator) {
    severalIn(inner)
        .findFirst()
        .ifPresent(
            join -> {
              throw new IllegalArgumentException(
                  String.format(
                      "%1$s around fanOut(%2$s, ...) would send a batch again to legs that have"
                          + " it. Put .%1$s(...) on each leg: fanOut(%2$s,"
                          + " ExporterChain.of(a).%1$s(...), ExporterChain.of(b).%1$s(...))",
                      decorator, join));
            });
  }

  /** The joins inside that can fail although a leg has the batch: all but ANY. */
  private static Stream<Join> severalIn(ChainNode node) {
    if (node instanceof ChainNode.FanOut fanOut) {
      return Stream.concat(
          Stream.of(fanOut.join()).filter(join -> join.wanted() > 1),
          fanOut.legs().stream().flatMap(leg -> severalIn(leg.node())));
    } else if (node instanceof ChainNode.Timeout timeout) {
      return severalIn(timeout.inner());
    } else if (node instanceof ChainNode.Retry retry) {
      return severalIn(retry.inner());
    } else if (node instanceof ChainNode.Fallback fallback) {
      return Stream.concat(severalIn(fallback.inner()), severalIn(fallback.fallback().node()));
    }
    return severalIn(((ChainNode.Leaf) node).exporter());
  }

  /** As {@link #severalIn(ChainNode)}, for a chain that was built before. */
  private static Stream<Join> severalIn(Exporter exporter) {
    if (!(exporter instanceof Decorator decorator)) {
      return Stream.empty();
    }
    Stream<Join> inside = decorator.inner().stream().flatMap(ChainCheck::severalIn);
    return exporter instanceof FanOutExporter fanOut && fanOut.join().wanted() > 1
        ? Stream.concat(Stream.of(fanOut.join()), inside)
        : inside;
  }
}
