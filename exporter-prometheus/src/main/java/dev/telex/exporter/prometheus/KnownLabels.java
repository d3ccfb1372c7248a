/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The labels of series, from one conversion to the next: most series are those of the last
 * conversion, and their labels cost more than all else of it. What a conversion does not use is
 * forgotten. Used by one thread; what it has gathered is not changed any more when the next one
 * reads it.
 */
final class KnownLabels {

  /** All that labels are made of, but the attributes of the point. */
  record Origin(String reserved, InstrumentationScopeInfo scope, Resource resource) {}

  private static final Map<Attributes, Labels> NONE = Map.of();

  private Map<Origin, Map<Attributes, Labels>> before;
  private final Map<Origin, Map<Attributes, Labels>> now = new HashMap<>();

  /** Knows nothing. */
  KnownLabels() {
    this.before = Map.of();
  }

  /** Knows what the last one has gathered. */
  KnownLabels(KnownLabels last) {
    this.before = last.now;
  }

  /** The conversion is over: keeps what it has used alone. */
  void end() {
    before = Map.of();
  }

  /** The labels of the series of one origin. */
  final class Of {
    private final Map<Attributes, Labels> used;
    private final Map<Attributes, Labels> known;

    private Of(Origin origin) {
      this.used = now.computeIfAbsent(origin, unused -> new HashMap<>());
      this.known = before.getOrDefault(origin, NONE);
    }

    Labels get(Attributes attributes, Function<Attributes, Labels> maker) {
      Labels labels = used.get(attributes);
      if (labels == null) {
        labels = known.get(attributes);
        if (labels == null) {
          labels = maker.apply(attributes);
        }
        used.put(attributes, labels);
      }
      return labels;
    }
  }

  Of of(Origin origin) {
    return new Of(origin);
  }
}
