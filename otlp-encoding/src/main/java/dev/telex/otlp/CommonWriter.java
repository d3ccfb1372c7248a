/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;

/**
 * Writes what all signals share: the messages of {@code opentelemetry/proto/common/v1} and {@code
 * resource/v1}. Fields of a message are written last one first, see {@link ProtoBuffer}.
 *
 * <p>Not written, as the SDK has no public access to them: {@code Resource.entity_refs}, and
 * dropped attribute counts of resources and scopes.
 */
final class CommonWriter {

  private static final int RESOURCE_ATTRIBUTES = 1 << 3 | BYTES;

  private static final int SCOPE_NAME = 1 << 3 | BYTES;
  private static final int SCOPE_VERSION = 2 << 3 | BYTES;
  private static final int SCOPE_ATTRIBUTES = 3 << 3 | BYTES;

  private final ProtoBuffer out;
  private final ValueWriter values;
  private final AttributeWriter attributes;

  CommonWriter(ProtoBuffer out) {
    this.out = out;
    this.values = new ValueWriter(out);
    this.attributes = new AttributeWriter(out, values);
  }

  void resource(int tag, Resource resource) {
    int end = out.size();
    attributes(RESOURCE_ATTRIBUTES, resource.getAttributes());
    out.message(tag, end);
  }

  void scope(int tag, InstrumentationScopeInfo scope) {
    int end = out.size();
    attributes(SCOPE_ATTRIBUTES, scope.getAttributes());
    out.string(SCOPE_VERSION, scope.getVersion());
    out.string(SCOPE_NAME, scope.getName());
    out.message(tag, end);
  }

  void attributes(int tag, Attributes all) {
    attributes.field(tag, all);
  }

  void value(int tag, Value<?> value) {
    values.field(tag, value);
  }

  /** How many of a total are not there. */
  void dropped(int tag, int total, int kept) {
    out.varint(tag, Math.max(0, total - kept));
  }

  void traceId(int tag, String id) {
    out.hex(tag, id, 32);
  }

  void spanId(int tag, String id) {
    out.hex(tag, id, 16);
  }

  void traceState(int tag, TraceState state) {
    if (!state.isEmpty()) {
      out.string(tag, OtlpNumbers.header(state));
    }
  }
}
