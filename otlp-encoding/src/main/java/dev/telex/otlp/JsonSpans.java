/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.JsonCommon.ATTRIBUTES;
import static dev.telex.otlp.JsonCommon.DROPPED_ATTRIBUTES;
import static dev.telex.otlp.JsonCommon.NAME;
import static dev.telex.otlp.JsonCommon.SPAN_ID;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.IOException;
import java.util.List;

/** Writes spans ({@code opentelemetry/proto/trace/v1/trace.proto}). */
final class JsonSpans implements JsonItems<SpanData> {

  private static final SerializableString RESOURCE_SPANS = JsonOut.key("resourceSpans");
  private static final SerializableString SCOPE_SPANS = JsonOut.key("scopeSpans");
  private static final SerializableString SPANS = JsonOut.key("spans");

  private static final SerializableString PARENT_SPAN_ID = JsonOut.key("parentSpanId");
  private static final SerializableString KIND = JsonOut.key("kind");
  private static final SerializableString START_TIME = JsonOut.key("startTimeUnixNano");
  private static final SerializableString END_TIME = JsonOut.key("endTimeUnixNano");
  private static final SerializableString EVENTS = JsonOut.key("events");
  private static final SerializableString DROPPED_EVENTS = JsonOut.key("droppedEventsCount");
  private static final SerializableString LINKS = JsonOut.key("links");
  private static final SerializableString DROPPED_LINKS = JsonOut.key("droppedLinksCount");
  private static final SerializableString STATUS = JsonOut.key("status");
  private static final SerializableString FLAGS = JsonOut.key("flags");

  private static final SerializableString TIME = JsonOut.key("timeUnixNano");
  private static final SerializableString MESSAGE = JsonOut.key("message");
  private static final SerializableString CODE = JsonOut.key("code");

  private final JsonOut out;
  private final JsonCommon common;

  JsonSpans(JsonOut out, JsonCommon common) {
    this.out = out;
    this.common = common;
  }

  @Override
  public SerializableString resourcesKey() {
    return RESOURCE_SPANS;
  }

  @Override
  public SerializableString scopesKey() {
    return SCOPE_SPANS;
  }

  @Override
  public SerializableString itemsKey() {
    return SPANS;
  }

  @Override
  public Resource resource(SpanData span) {
    return span.getResource();
  }

  @Override
  public InstrumentationScopeInfo scope(SpanData span) {
    return span.getInstrumentationScopeInfo();
  }

  @Override
  public boolean isWorthIt(SpanData span) {
    return true;
  }

  @Override
  public void fields(SpanData span) throws IOException {
    SpanContext context = span.getSpanContext();
    SpanContext parent = span.getParentSpanContext();
    common.traceId(context.getTraceId());
    common.spanId(SPAN_ID, context.getSpanId());
    common.traceState(context.getTraceState());
    if (OtlpNumbers.hasSpanId(parent)) {
      common.spanId(PARENT_SPAN_ID, parent.getSpanId());
    }
    out.string(NAME, span.getName());
    out.number(KIND, OtlpNumbers.kind(span.getKind()));
    out.unsigned(START_TIME, span.getStartEpochNanos());
    out.unsigned(END_TIME, span.getEndEpochNanos());

    Attributes attributes = span.getAttributes();
    common.attributes(ATTRIBUTES, attributes);
    common.dropped(DROPPED_ATTRIBUTES, span.getTotalAttributeCount(), attributes.size());
    events(span.getEvents());
    common.dropped(DROPPED_EVENTS, span.getTotalRecordedEvents(), span.getEvents().size());
    links(span.getLinks());
    common.dropped(DROPPED_LINKS, span.getTotalRecordedLinks(), span.getLinks().size());

    // Written also if it is unset and empty, as OpenTelemetry's exporters do.
    StatusData status = span.getStatus();
    out.begin(STATUS);
    out.string(MESSAGE, status.getDescription());
    out.number(CODE, OtlpNumbers.code(status.getStatusCode()));
    out.end();
    out.number(FLAGS, OtlpNumbers.flags(context, parent));
  }

  private void events(List<EventData> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    out.beginArray(EVENTS);
    for (EventData event : events) {
      out.begin();
      out.unsigned(TIME, event.getEpochNanos());
      out.string(NAME, event.getName());
      Attributes attributes = event.getAttributes();
      common.attributes(ATTRIBUTES, attributes);
      common.dropped(DROPPED_ATTRIBUTES, event.getTotalAttributeCount(), attributes.size());
      out.end();
    }
    out.endArray();
  }

  private void links(List<LinkData> links) throws IOException {
    if (links.isEmpty()) {
      return;
    }
    out.beginArray(LINKS);
    for (LinkData link : links) {
      out.begin();
      SpanContext context = link.getSpanContext();
      common.traceId(context.getTraceId());
      common.spanId(SPAN_ID, context.getSpanId());
      common.traceState(context.getTraceState());
      Attributes attributes = link.getAttributes();
      common.attributes(ATTRIBUTES, attributes);
      common.dropped(DROPPED_ATTRIBUTES, link.getTotalAttributeCount(), attributes.size());
      out.number(FLAGS, OtlpNumbers.flags(context, context));
      out.end();
    }
    out.endArray();
  }
}
