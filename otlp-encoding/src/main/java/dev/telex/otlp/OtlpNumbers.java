/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;

/** The values of OTLP's enums and flags, and texts that both encodings have. */
final class OtlpNumbers {

  /** {@code SpanFlags}: whether the parent, or the linked span, is remote is known; and it is. */
  static final int HAS_IS_REMOTE = 0x100;

  static final int IS_REMOTE = 0x200;

  private OtlpNumbers() {}

  /** {@code Span.flags} and {@code Link.flags}. */
  static int flags(SpanContext context, SpanContext parentOrLinked) {
    return (context.getTraceFlags().asByte() & 0xff) | remoteness(parentOrLinked);
  }

  /** Whether there is a span, in whatever trace. */
  static boolean hasSpanId(SpanContext context) {
    return context.isValid() || SpanId.isValid(context.getSpanId());
  }

  private static int remoteness(SpanContext context) {
    if (context instanceof ReadContext read) {
      return read.remoteness();
    }
    return HAS_IS_REMOTE | (context.isRemote() ? IS_REMOTE : 0);
  }

  /** {@code Span.SpanKind}. */
  static int kind(SpanKind kind) {
    return switch (kind) {
      case INTERNAL -> 1;
      case SERVER -> 2;
      case CLIENT -> 3;
      case PRODUCER -> 4;
      case CONSUMER -> 5;
      default -> 0;
    };
  }

  /** {@code Status.StatusCode}. */
  static int code(StatusCode code) {
    return switch (code) {
      case OK -> 1;
      case ERROR -> 2;
      default -> 0;
    };
  }

  /** {@code AggregationTemporality}. */
  static int temporality(AggregationTemporality temporality) {
    return switch (temporality) {
      case DELTA -> 1;
      case CUMULATIVE -> 2;
      default -> 0;
    };
  }

  /** In the form of the header (W3C Trace Context, "tracestate Header Field Values"). */
  static String header(TraceState state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }
}
