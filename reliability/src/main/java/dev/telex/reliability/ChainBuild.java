/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Exporter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Makes exporters of a described chain. */
final class ChainBuild {

  private final ChainThreads threads;
  private final Registries registries;

  private ChainBuild(String name, ExporterChain.Options options) {
    LongSupplier nanoTime = options.nanoTime();
    this.threads =
        new ChainThreads(
            name,
            options.scheduler(),
            options.executor(),
            nanoTime == null ? System::nanoTime : nanoTime);
    Registries given = options.registries();
    this.registries = given == null ? Registries.ofDefaults() : given;
  }

  static Exporter build(ExporterChain chain) {
    ChainCheck.check(chain);
    String name = chain.effectiveName();
    ChainBuild build = new ChainBuild(name, chain.options());
    Site site = build.site(name, new Listeners(chain.options().listeners()));
    Exporter tree = build.exporter(chain.node(), site, "");
    Decorator outermost =
        tree instanceof FanOutExporter fanOut
            ? fanOut
            : new LegExporter(tree, name, site, false, false);
    return new ChainExporter(name, outermost, build.threads);
  }

  private Site site(String leg, Listeners listeners) {
    return new Site(leg, threads.timers(), threads.ofLeg(leg), listeners, registries);
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
      return new FallbackExporter(
          exporter(fallback.inner(), site, prefix),
          exporter(other.node(), site.with(other.options().listeners()), prefix),
          fallback.policy(),
          site);
    }
    ChainNode.FanOut fanOut = (ChainNode.FanOut) node;
    List<LegExporter> legs = new ArrayList<>();
    for (ExporterChain leg : fanOut.legs()) {
      String name = leg.effectiveName();
      Site own = site(prefix + name, site.listeners().and(leg.options().listeners()));
      Exporter inner = exporter(leg.node(), own, prefix + name + "/");
      legs.add(new LegExporter(inner, name, own, true, leg.options().name() != null));
    }
    return new FanOutExporter(fanOut.join(), legs);
  }
}
