/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfoBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;

/** Span contexts, and a handful of resources and scopes that the items of one source share. */
final class RandomContexts {

  private final RandomSource random;
  private final RandomText text;
  private final RandomAttributes attributes;
  private final List<Resource> resources;
  private final List<InstrumentationScopeInfo> scopes;

  RandomContexts(RandomSource random, RandomText text, RandomAttributes attributes) {
    this.random = random;
    this.text = text;
    this.attributes = attributes;
    this.resources = random.listOf(1 + random.below(4), this::newResource);
    this.scopes = random.listOf(1 + random.below(4), this::newScope);
  }

  /** One of the resources; sometimes an equal one that is another object. */
  Resource resource() {
    Resource one = random.pick(resources);
    return random.oneIn(4) ? Resource.create(one.getAttributes(), one.getSchemaUrl()) : one;
  }

  /** One of the scopes; sometimes an equal one that is another object. */
  InstrumentationScopeInfo scope() {
    InstrumentationScopeInfo one = random.pick(scopes);
    return random.oneIn(4) ? copy(one) : one;
  }

  SpanContext valid() {
    String traceId = "1" + random.hex(31);
    String spanId = random.hex(15) + "1";
    TraceFlags flags = TraceFlags.fromByte((byte) random.below(256));
    return random.flip()
        ? SpanContext.create(traceId, spanId, flags, traceState())
        : SpanContext.createFromRemoteParent(traceId, spanId, flags, traceState());
  }

  SpanContext validOrNone() {
    return random.oneIn(3) ? SpanContext.getInvalid() : valid();
  }

  private TraceState traceState() {
    if (random.flip()) {
      return TraceState.getDefault();
    }
    TraceStateBuilder state = TraceState.builder();
    for (int i = random.below(5); i >= 0; i--) {
      state.put("vendor" + i, "v" + random.hex(random.below(20)));
    }
    return state.build();
  }

  private Resource newResource() {
    if (random.oneIn(5)) {
      return Resource.empty();
    }
    return Resource.create(attributes.ofResource(), random.oneIn(3) ? null : text.any());
  }

  private InstrumentationScopeInfo newScope() {
    if (random.oneIn(5)) {
      return InstrumentationScopeInfo.empty();
    }
    InstrumentationScopeInfoBuilder scope =
        InstrumentationScopeInfo.builder(text.any()).setAttributes(attributes.any());
    if (random.flip()) {
      scope.setVersion(text.any());
    }
    if (random.flip()) {
      scope.setSchemaUrl(text.any());
    }
    return scope.build();
  }

  private static InstrumentationScopeInfo copy(InstrumentationScopeInfo scope) {
    InstrumentationScopeInfoBuilder copy =
        InstrumentationScopeInfo.builder(scope.getName()).setAttributes(scope.getAttributes());
    if (scope.getVersion() != null) {
      copy.setVersion(scope.getVersion());
    }
    if (scope.getSchemaUrl() != null) {
      copy.setSchemaUrl(scope.getSchemaUrl());
    }
    return copy.build();
  }
}
