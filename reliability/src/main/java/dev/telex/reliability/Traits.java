/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an exporter says of itself, and how decorators make that of their own from those inside.
 *
 * @param signals those that it carries
 * @param delivery what its success means
 * @param metricPreferences any if it carries no metrics
 */
record Traits(Set<Signal> signals, Delivery delivery, MetricPreferences metricPreferences) {

  static Traits of(Exporter exporter) {
    Set<Signal> signals = Set.copyOf(exporter.signals());
    return new Traits(
        signals,
        exporter.delivery(),
        signals.contains(Signal.METRICS) ? exporter.metricPreferences() : MetricPreferences.any());
  }

  /**
   * Of a fallback behind an exporter with these: its success may be that of either.
   *
   * @throws IllegalArgumentException if both need different metrics
   */
  Traits backedBy(Traits fallback) {
    return with(
        fallback, fallback.delivery == Delivery.BEST_EFFORT ? Delivery.BEST_EFFORT : delivery);
  }

  /**
   * Of a fan-out: all legs succeed only if one that is acknowledged does, if there is one.
   *
   * @throws IllegalArgumentException if both need different metrics
   */
  Traits beside(Traits leg) {
    return with(leg, leg.delivery == Delivery.ACKNOWLEDGED ? Delivery.ACKNOWLEDGED : delivery);
  }

  private Traits with(Traits other, Delivery of) {
    Set<Signal> all = EnumSet.copyOf(signals);
    all.addAll(other.signals);
    return new Traits(Set.copyOf(all), of, metricPreferences.and(other.metricPreferences));
  }
}
