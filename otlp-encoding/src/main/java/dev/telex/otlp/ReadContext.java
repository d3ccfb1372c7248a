/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A context that the SDK's own cannot be: with only one of its ids, or of which is not known
 * whether it is remote.
 *
 * @param remoteness the bits of {@code SpanFlags} about that
 */
record ReadContext(
    String getTraceId,
    String getSpanId,
    TraceFlags getTraceFlags,
    TraceState getTraceState,
    int remoteness)
    implements SpanContext {

  static final int TRACE_ID_DIGITS = 32;
  static final int SPAN_ID_DIGITS = 16;

  /** Of something that is this process's, as far as is known. */
  static SpanContext local(String traceId, String spanId, long flags, TraceState state) {
    return of(traceId, spanId, flags, state, OtlpNumbers.HAS_IS_REMOTE);
  }

  /** Of something that the flags say about whether it is remote. */
  static SpanContext of(
      String traceId, String spanId, long flags, TraceState state, long remoteness) {
    TraceFlags traceFlags = TraceFlags.fromByte((byte) flags);
    int known = (int) remoteness & (OtlpNumbers.HAS_IS_REMOTE | OtlpNumbers.IS_REMOTE);
    if (TraceId.isValid(traceId) && SpanId.isValid(spanId)) {
      if (known == OtlpNumbers.HAS_IS_REMOTE) {
        return SpanContext.create(traceId, spanId, traceFlags, state);
      }
      if (known == (OtlpNumbers.HAS_IS_REMOTE | OtlpNumbers.IS_REMOTE)) {
        return SpanContext.createFromRemoteParent(traceId, spanId, traceFlags, state);
      }
    }
    return new ReadContext(traceId, spanId, traceFlags, state, known);
  }

  /** Of a header (W3C Trace Context, "tracestate Header"); empty if that is not well-formed. */
  static TraceState traceState(String header) {
    if (header.isBlank()) {
      return TraceState.getDefault();
    }
    Map<String, String> members = new LinkedHashMap<>();
    int count = 0;
    for (String member : header.split(",", -1)) {
      String stripped = member.strip();
      if (!stripped.isEmpty()) {
        int equals = stripped.indexOf('=');
        members.put(stripped.substring(0, Math.max(0, equals)), stripped.substring(equals + 1));
        count++;
      }
    }
    TraceStateBuilder state = TraceState.builder();
    // The builder puts each before those that it has.
    List<String> keys = new ArrayList<>(members.keySet());
    Collections.reverse(keys);
    keys.forEach(key -> state.put(key, members.getOrDefault(key, "")));
    TraceState built = state.build();
    return built.size() == count ? built : TraceState.getDefault();
  }

  @Override
  public boolean isRemote() {
    return (remoteness & OtlpNumbers.IS_REMOTE) != 0;
  }
}
