/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;
import static dev.telex.otlp.ProtoBuffer.FIXED32;
import static dev.telex.otlp.ProtoBuffer.FIXED64;
import static dev.telex.otlp.ProtoBuffer.VARINT;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;

/**
 * Writes log records ({@code opentelemetry/proto/logs/v1/logs.proto}). Fields of a message are
 * written last one first, see {@link ProtoBuffer}.
 */
final class LogWriter extends SignalWriter<LogRecordData> {

  private static final int TIME = 1 << 3 | FIXED64;
  private static final int SEVERITY_NUMBER = 2 << 3 | VARINT;
  private static final int SEVERITY_TEXT = 3 << 3 | BYTES;
  private static final int BODY = 5 << 3 | BYTES;
  private static final int ATTRIBUTES = 6 << 3 | BYTES;
  private static final int DROPPED_ATTRIBUTES = 7 << 3 | VARINT;
  private static final int FLAGS = 8 << 3 | FIXED32;
  private static final int TRACE_ID = 9 << 3 | BYTES;
  private static final int SPAN_ID = 10 << 3 | BYTES;
  private static final int OBSERVED_TIME = 11 << 3 | FIXED64;
  private static final int EVENT_NAME = 12 << 3 | BYTES;

  LogWriter(ProtoBuffer out, CommonWriter common) {
    super(out, common);
  }

  @Override
  Resource resource(LogRecordData log) {
    return log.getResource();
  }

  @Override
  InstrumentationScopeInfo scope(LogRecordData log) {
    return log.getInstrumentationScopeInfo();
  }

  @Override
  boolean isWorthIt(LogRecordData log) {
    return true;
  }

  @Override
  void fields(LogRecordData log) {
    out.string(EVENT_NAME, log.getEventName());
    out.fixed64(OBSERVED_TIME, log.getObservedTimestampEpochNanos());
    SpanContext context = log.getSpanContext();
    String spanId = context.getSpanId();
    if (!spanId.equals(SpanId.getInvalid())) {
      common.spanId(SPAN_ID, spanId);
    }
    String traceId = context.getTraceId();
    if (!traceId.equals(TraceId.getInvalid())) {
      common.traceId(TRACE_ID, traceId);
    }
    out.fixed32(FLAGS, context.getTraceFlags().asByte() & 0xff);

    Attributes attributes = log.getAttributes();
    common.dropped(DROPPED_ATTRIBUTES, log.getTotalAttributeCount(), attributes.size());
    common.attributes(ATTRIBUTES, attributes);

    Value<?> body = log.getBodyValue();
    if (body != null) {
      common.value(BODY, body);
    }
    out.string(SEVERITY_TEXT, log.getSeverityText());
    out.varint(SEVERITY_NUMBER, log.getSeverity().getSeverityNumber());
    out.fixed64(TIME, log.getTimestampEpochNanos());
  }
}
