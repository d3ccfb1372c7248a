/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes exporters of a described chain, and refuses what cannot work. */
final class ChainBuild {

  private final ChainThreads threads;
  private final RetryRegistry retries;
  private final TimeLimiterRegistry timeLimiters;

  private ChainBuild(String name, ExporterChain.Options options) {
    LongSupplier nanoTime = options.nanoTime();
    this.threads =
        new ChainThreads(
            name,
            options.scheduler(),
            options.executor(),
            nanoTime == null ? System::nanoTime : nanoTime);
    RetryRegistry givenRetries = options.retries();
    this.retries = givenRetries == null ? RetryRegistry.ofDefaults() : givenRetries;
    TimeLimiterRegistry givenLimiters = options.timeLimiters();
    this.timeLimiters = givenLimiters == null ? TimeLimiterRegistry.ofDefaults() : givenLimiters;
  }

  static Exporter build(ExporterChain chain) {
    new Check().chain(chain);
    String name = chain.effectiveName();
    ChainBuild build = new ChainBuild(name, chain.options());
    Listeners listeners = new Listeners(chain.options().listeners());
    Site site = build.site(name, listeners);
    Exporter tree = build.exporter(chain.node(), site, "");
    if (!(chain.node() instanceof ChainNode.FanOut)) {
      tree = new LegExporter(tree, name, false, site);
    }
    return new ChainExporter(name, tree, build.threads);
  }

  private Site site(String leg, Listeners listeners) {
    return new Site(leg, threads.timers(), threads.ofLeg(leg), listeners, retries, timeLimiters);
  }

  /**
   * Builds one node.
   *
   * @param site of the leg that it stands in
   * @param prefix of the names of legs inside, empty or ending in a slash
   */
  private Exporter exporter(ChainNode node, Site site, String prefix) {
    if (node instanceof ChainNode.Leaf leaf) {
      return leaf.exporter();
    } else if (node instanceof ChainNode.Timeout timeout) {
      return new TimeoutExporter(exporter(timeout.inner(), site, prefix), timeout.timeout(), site);
    } else if (node instanceof ChainNode.Retry retry) {
      return new RetryExporter(exporter(retry.inner(), site, prefix), retry.policy(), site);
    } else if (node instanceof ChainNode.Fallback fallback) {
      ExporterChain other = fallback.fallback();
      Site otherSite =
          new Site(
              site.leg(),
              site.timers(),
              site.executor(),
              site.listeners().and(other.options().listeners()),
              site.retries(),
              site.timeLimiters());
      return new FallbackExporter(
          exporter(fallback.inner(), site, prefix),
          exporter(other.node(), otherSite, prefix),
          site);
    }
    ChainNode.FanOut fanOut = (ChainNode.FanOut) node;
    List<LegExporter> legs = new ArrayList<>();
    for (ExporterChain leg : fanOut.legs()) {
      String name = leg.effectiveName();
      Site own = site(prefix + name, site.listeners().and(leg.options().listeners()));
      legs.add(
          new LegExporter(
              exporter(leg.node(), own, prefix + name + "/"),
              name,
              leg.options().name() != null,
              own));
    }
    return new FanOutExporter(fanOut.join(), legs);
  }

  /** Refuses what cannot work, before anything is made. */
  private static final class Check {

    private final Set<Exporter> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    void chain(ExporterChain outermost) {
      node(outermost.node());
    }

    /** Checks a node and gives the metrics that it needs. */
    private MetricPreferences node(ChainNode node) {
      if (node instanceof ChainNode.Leaf leaf) {
        if (!seen.add(leaf.exporter())) {
          throw new IllegalArgumentException(
              "exporter '"
                  + leaf.exporter().name()
                  + "' is in this chain twice: it would be shut down by one place under the other."
                  + " Build a second one");
        }
        boolean metrics = leaf.exporter().signals().contains(Signal.METRICS);
        return metrics ? leaf.exporter().metricPreferences() : MetricPreferences.any();
      } else if (node instanceof ChainNode.Timeout timeout) {
        return node(timeout.inner());
      } else if (node instanceof ChainNode.Retry retry) {
        refuseAround(retry.inner(), "retry");
        return node(retry.inner());
      } else if (node instanceof ChainNode.Fallback fallback) {
        refuseAround(fallback.inner(), "fallback");
        inner(fallback.fallback(), "the fallback");
        return both(
            node(fallback.inner()), node(fallback.fallback().node()), "a leg and its fallback");
      }
      return legs((ChainNode.FanOut) node);
    }

    private MetricPreferences legs(ChainNode.FanOut fanOut) {
      Set<String> names = new HashSet<>();
      MetricPreferences all = MetricPreferences.any();
      for (ExporterChain leg : fanOut.legs()) {
        String name = leg.effectiveName();
        if (!names.add(name)) {
          throw new IllegalArgumentException(
              "two legs are named '"
                  + name
                  + "': give them different names with ExporterChain.of(exporter).named(\"...\")");
        }
        inner(leg, "leg '" + name + "'");
        all = both(all, node(leg.node()), "leg '" + name + "' and the legs before it");
      }
      return all;
    }

    private static MetricPreferences both(
        MetricPreferences one, MetricPreferences other, String who) {
      try {
        return one.and(other);
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
      Join join = joinIn(inner);
      if (join != null) {
        throw new IllegalArgumentException(
            String.format(
                "%1$s around fanOut(%2$s, ...) would send a batch again to legs that have it. Put"
                    + " .%1$s(...) on each leg: fanOut(%2$s, ExporterChain.of(a).%1$s(...),"
                    + " ExporterChain.of(b).%1$s(...))",
                decorator, join));
      }
    }

    /** The join of a fan-out that a result of this node comes from, or null. */
    private static @Nullable Join joinIn(ChainNode node) {
      if (node instanceof ChainNode.FanOut fanOut) {
        return fanOut.join();
      } else if (node instanceof ChainNode.Timeout timeout) {
        return joinIn(timeout.inner());
      } else if (node instanceof ChainNode.Retry retry) {
        return joinIn(retry.inner());
      } else if (node instanceof ChainNode.Fallback fallback) {
        return joinIn(fallback.inner());
      }
      return joinIn(((ChainNode.Leaf) node).exporter());
    }

    /** As {@link #joinIn(ChainNode)}, for a chain that was built before. */
    private static @Nullable Join joinIn(Exporter exporter) {
      if (exporter instanceof FanOutExporter fanOut) {
        return fanOut.join();
      }
      return exporter instanceof Decorator decorator ? joinIn(decorator.inner().get(0)) : null;
    }
  }
}
