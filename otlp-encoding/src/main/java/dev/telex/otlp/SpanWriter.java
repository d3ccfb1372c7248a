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
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/**
 * Writes spans ({@code opentelemetry/proto/trace/v1/trace.proto}). Fields of a message are written
 * last one first, see {@link ProtoBuffer}.
 */
final class SpanWriter extends SignalWriter<SpanData> {

  private static final int TRACE_ID = 1 << 3 | BYTES;
  private static final int SPAN_ID = 2 << 3 | BYTES;
  private static final int TRACE_STATE = 3 << 3 | BYTES;
  private static final int PARENT_SPAN_ID = 4 << 3 | BYTES;
  private static final int NAME = 5 << 3 | BYTES;
  private static final int KIND = 6 << 3 | VARINT;
  private static final int START_TIME = 7 << 3 | FIXED64;
  private static final int END_TIME = 8 << 3 | FIXED64;
  private static final int ATTRIBUTES = 9 << 3 | BYTES;
  private static final int DROPPED_ATTRIBUTES = 10 << 3 | VARINT;
  private static final int EVENTS = 11 << 3 | BYTES;
  private static final int DROPPED_EVENTS = 12 << 3 | VARINT;
  private static final int LINKS = 13 << 3 | BYTES;
  private static final int DROPPED_LINKS = 14 << 3 | VARINT;
  private static final int STATUS = 15 << 3 | BYTES;
  private static final int FLAGS = 16 << 3 | FIXED32;

  private static final int EVENT_TIME = 1 << 3 | FIXED64;
  private static final int EVENT_NAME = 2 << 3 | BYTES;
  private static final int EVENT_ATTRIBUTES = 3 << 3 | BYTES;
  private static final int EVENT_DROPPED_ATTRIBUTES = 4 << 3 | VARINT;

  private static final int LINK_TRACE_ID = 1 << 3 | BYTES;
  private static final int LINK_SPAN_ID = 2 << 3 | BYTES;
  private static final int LINK_TRACE_STATE = 3 << 3 | BYTES;
  private static final int LINK_ATTRIBUTES = 4 << 3 | BYTES;
  private static final int LINK_DROPPED_ATTRIBUTES = 5 << 3 | VARINT;
  private static final int LINK_FLAGS = 6 << 3 | FIXED32;

  private static final int STATUS_MESSAGE = 2 << 3 | BYTES;
  private static final int STATUS_CODE = 3 << 3 | VARINT;

  SpanWriter(ProtoBuffer out, CommonWriter common) {
    super(out, common);
  }

  @Override
  Resource resource(SpanData span) {
    return span.getResource();
  }

  @Override
  InstrumentationScopeInfo scope(SpanData span) {
    return span.getInstrumentationScopeInfo();
  }

  @Override
  boolean isWorthIt(SpanData span) {
    return true;
  }

  @Override
  void fields(SpanData span) {
    SpanContext context = span.getSpanContext();
    SpanContext parent = span.getParentSpanContext();
    out.fixed32(FLAGS, OtlpNumbers.flags(context, parent));
    status(span.getStatus());

    List<LinkData> links = span.getLinks();
    common.dropped(DROPPED_LINKS, span.getTotalRecordedLinks(), links.size());
    for (int i = links.size() - 1; i >= 0; i--) {
      link(links.get(i));
    }
    List<EventData> events = span.getEvents();
    common.dropped(DROPPED_EVENTS, span.getTotalRecordedEvents(), events.size());
    for (int i = events.size() - 1; i >= 0; i--) {
      event(events.get(i));
    }
    Attributes attributes = span.getAttributes();
    common.dropped(DROPPED_ATTRIBUTES, span.getTotalAttributeCount(), attributes.size());
    common.attributes(ATTRIBUTES, attributes);

    out.fixed64(END_TIME, span.getEndEpochNanos());
    out.fixed64(START_TIME, span.getStartEpochNanos());
    out.varint(KIND, OtlpNumbers.kind(span.getKind()));
    out.string(NAME, span.getName());
    if (OtlpNumbers.hasSpanId(parent)) {
      common.spanId(PARENT_SPAN_ID, parent.getSpanId());
    }
    common.traceState(TRACE_STATE, context.getTraceState());
    common.spanId(SPAN_ID, context.getSpanId());
    common.traceId(TRACE_ID, context.getTraceId());
  }

  private void event(EventData event) {
    int end = out.size();
    Attributes attributes = event.getAttributes();
    common.dropped(EVENT_DROPPED_ATTRIBUTES, event.getTotalAttributeCount(), attributes.size());
    common.attributes(EVENT_ATTRIBUTES, attributes);
    out.string(EVENT_NAME, event.getName());
    out.fixed64(EVENT_TIME, event.getEpochNanos());
    out.message(EVENTS, end);
  }

  private void link(LinkData link) {
    int end = out.size();
    SpanContext context = link.getSpanContext();
    out.fixed32(LINK_FLAGS, OtlpNumbers.flags(context, context));
    Attributes attributes = link.getAttributes();
    common.dropped(LINK_DROPPED_ATTRIBUTES, link.getTotalAttributeCount(), attributes.size());
    common.attributes(LINK_ATTRIBUTES, attributes);
    common.traceState(LINK_TRACE_STATE, context.getTraceState());
    common.spanId(LINK_SPAN_ID, context.getSpanId());
    common.traceId(LINK_TRACE_ID, context.getTraceId());
    out.message(LINKS, end);
  }

  /** Written also if it is unset and empty, as OpenTelemetry's exporters do. */
  private void status(StatusData status) {
    int end = out.size();
    out.varint(STATUS_CODE, OtlpNumbers.code(status.getStatusCode()));
    out.string(STATUS_MESSAGE, status.getDescription());
    out.message(STATUS, end);
  }
}
