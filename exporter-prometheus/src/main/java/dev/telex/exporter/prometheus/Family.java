/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Set;

/** What is written as one: the series of a name. Immutable. */
record Family(FamilyKind kind, FamilyName name, MetricSnapshot snapshot) {

  MetricSnapshots alone() {
    return MetricSnapshots.of(snapshot);
  }

  int series() {
    return snapshot.getDataPoints().size();
  }

  /** Whether one of these is its name, or that of one of its samples. */
  boolean isOneOf(Set<String> wanted) {
    String base = name.base();
    for (String suffix : kind.suffixes()) {
      if (wanted.contains(base + suffix)) {
        return true;
      }
    }
    return kind.isCreated() && wanted.contains(base + "_created");
  }
}
