/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a span's scope (OpenTelemetry specification, {@code common/mapping-to-non-otlp.md},
 * "InstrumentationScope"): its name and version, under the present and the former keys, and its
 * attributes. They are written once and copied for the spans of one scope that follow each other.
 */
final class ScopeTags {

  private final ThriftWriter out;
  private final TagWriter tags;

  private @Nullable InstrumentationScopeInfo last;
  private byte @Nullable [] written;

  ScopeTags(ThriftWriter out, TagWriter tags) {
    this.out = out;
    this.tags = tags;
  }

  int count(InstrumentationScopeInfo scope) {
    return scope.getAttributes().size()
        + (isThere(scope.getName()) ? 2 : 0)
        + (isThere(scope.getVersion()) ? 2 : 0);
  }

  void write(InstrumentationScopeInfo scope) {
    byte[] known = written;
    if (scope == last && known != null) {
      out.elements(known);
      return;
    }
    int from = out.size();
    both("name", scope.getName());
    both("version", scope.getVersion());
    tags.all(scope.getAttributes());
    last = scope;
    written = out.copy(from);
  }

  void forget() {
    last = null;
    written = null;
  }

  private void both(String what, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      tags.string("otel.scope." + what, value);
      tags.string("otel.library." + what, value);
    }
  }

  private static boolean isThere(@Nullable String value) {
    return value != null && !value.isEmpty();
  }
}
