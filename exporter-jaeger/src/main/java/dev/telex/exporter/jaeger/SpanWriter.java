/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes spans ({@code Span} of {@code jaeger.thrift}) by the mapping that {@link JaegerExporter}
 * states.
 */
final class SpanWriter {

  private static final int TRACE_ID_LOW = 1;
  private static final int TRACE_ID_HIGH = 2;
  private static final int SPAN_ID = 3;
  private static final int PARENT_SPAN_ID = 4;
  private static final int OPERATION_NAME = 5;
  private static final int REFERENCES = 6;
  private static final int FLAGS = 7;
  private static final int START_TIME = 8;
  private static final int DURATION = 9;
  private static final int TAGS = 10;
  private static final int LOGS = 11;

  private static final int REF_TYPE = 1;
  private static final int REF_TRACE_ID_LOW = 2;
  private static final int REF_TRACE_ID_HIGH = 3;
  private static final int REF_SPAN_ID = 4;

  /** {@code SpanRefType}. */
  private static final int CHILD_OF = 0;

  private static final int FOLLOWS_FROM = 1;

  private static final int LOG_TIMESTAMP = 1;
  private static final int LOG_FIELDS = 2;

  private static final int SAMPLED = 1;

  private static final int HEX_OF_LONG = 16;

  private static final String KIND = "span.kind";
  private static final String STATUS_CODE = "otel.status_code";
  private static final String STATUS_DESCRIPTION = "otel.status_description";
  private static final String ERROR = "error";
  private static final String TRACE_STATE = "w3c.tracestate";
  private static final String DROPPED_ATTRIBUTES = "otel.dropped_attributes_count";
  private static final String DROPPED_EVENTS = "otel.dropped_events_count";
  private static final String DROPPED_LINKS = "otel.dropped_links_count";
  private static final String EVENT = "event";

  private static final AttributeKey<String> REFERENCE_TYPE =
      AttributeKey.stringKey("opentracing.ref_type");

  private final ThriftWriter out;
  private final TagWriter tags;
  private final ScopeTags scopes;

  SpanWriter(ThriftWriter out, TagWriter tags) {
    this.out = out;
    this.tags = tags;
    this.scopes = new ScopeTags(out, tags);
  }

  /** An element of a list. */
  void write(SpanData span) {
    SpanContext context = span.getSpanContext();
    String traceId = context.getTraceId();
    long low = low(traceId);
    long high = high(traceId);
    long parent = id(span.getParentSpanContext().getSpanId());

    out.beginStruct();
    out.i64(TRACE_ID_LOW, low);
    out.i64(TRACE_ID_HIGH, high);
    out.i64(SPAN_ID, id(context.getSpanId()));
    out.i64(PARENT_SPAN_ID, parent);
    out.string(OPERATION_NAME, span.getName());
    List<LinkData> links = span.getLinks();
    int references = links.size() + (parent == 0 ? 0 : 1);
    if (references > 0) {
      out.list(REFERENCES, references);
      if (parent != 0) {
        // The first one, because readers take the first CHILD_OF for the parent.
        reference(CHILD_OF, low, high, parent);
      }
      for (int i = 0; i < links.size(); i++) {
        link(links.get(i));
      }
    }
    out.i32(FLAGS, context.isSampled() ? SAMPLED : 0);
    out.i64(START_TIME, micros(span.getStartEpochNanos()));
    out.i64(DURATION, micros(span.getEndEpochNanos() - span.getStartEpochNanos()));
    tags(span, context.getTraceState());
    List<EventData> events = span.getEvents();
    if (!events.isEmpty()) {
      out.list(LOGS, events.size());
      for (int i = 0; i < events.size(); i++) {
        log(events.get(i));
      }
    }
    out.endStruct();
  }

  /** Holds on to nothing of the spans that were written. */
  void forget() {
    scopes.forget();
  }

  private void tags(SpanData span, TraceState state) {
    InstrumentationScopeInfo scope = span.getInstrumentationScopeInfo();
    Attributes attributes = span.getAttributes();
    StatusData status = span.getStatus();
    boolean hasStatus = status.getStatusCode() != StatusCode.UNSET;
    boolean isError = status.getStatusCode() == StatusCode.ERROR;
    boolean isDescribed = hasStatus && !status.getDescription().isEmpty();
    String kind = kind(span.getKind());
    int droppedAttributes = span.getTotalAttributeCount() - attributes.size();
    int droppedEvents = span.getTotalRecordedEvents() - span.getEvents().size();
    int droppedLinks = span.getTotalRecordedLinks() - span.getLinks().size();

    // A tag that says otherwise would be found first.
    int kept = attributes.size() - (isError ? TagWriter.count(ERROR, attributes) : 0);
    int count =
        scopes.count(scope)
            + kept
            + (kind == null ? 0 : 1)
            + (hasStatus ? 1 : 0)
            + (isError ? 1 : 0)
            + (isDescribed ? 1 : 0)
            + (droppedAttributes > 0 ? 1 : 0)
            + (droppedEvents > 0 ? 1 : 0)
            + (droppedLinks > 0 ? 1 : 0)
            + (state.isEmpty() ? 0 : 1);
    if (count == 0) {
      return;
    }
    out.list(TAGS, count);
    scopes.write(scope);
    tags.allBut(isError ? ERROR : null, attributes, kept);
    if (kind != null) {
      tags.string(KIND, kind);
    }
    if (hasStatus) {
      tags.string(STATUS_CODE, status.getStatusCode().name());
    }
    if (isError) {
      tags.bool(ERROR, true);
    }
    if (isDescribed) {
      tags.string(STATUS_DESCRIPTION, status.getDescription());
    }
    dropped(DROPPED_ATTRIBUTES, droppedAttributes);
    dropped(DROPPED_EVENTS, droppedEvents);
    dropped(DROPPED_LINKS, droppedLinks);
    if (!state.isEmpty()) {
      tags.string(TRACE_STATE, header(state));
    }
  }

  private void dropped(String key, int count) {
    if (count > 0) {
      tags.number(key, count);
    }
  }

  private void link(LinkData link) {
    SpanContext context = link.getSpanContext();
    String traceId = context.getTraceId();
    boolean isParent = "child_of".equals(link.getAttributes().get(REFERENCE_TYPE));
    reference(
        isParent ? CHILD_OF : FOLLOWS_FROM, low(traceId), high(traceId), id(context.getSpanId()));
  }

  private void reference(int type, long traceIdLow, long traceIdHigh, long spanId) {
    out.beginStruct();
    out.i32(REF_TYPE, type);
    out.i64(REF_TRACE_ID_LOW, traceIdLow);
    out.i64(REF_TRACE_ID_HIGH, traceIdHigh);
    out.i64(REF_SPAN_ID, spanId);
    out.endStruct();
  }

  private void log(EventData event) {
    Attributes attributes = event.getAttributes();
    boolean isNamed = TagWriter.count(EVENT, attributes) > 0;
    int dropped = event.getTotalAttributeCount() - attributes.size();
    int count = attributes.size() + (isNamed ? 0 : 1) + (dropped > 0 ? 1 : 0);
    out.beginStruct();
    out.i64(LOG_TIMESTAMP, micros(event.getEpochNanos()));
    out.list(LOG_FIELDS, count);
    if (!isNamed) {
      tags.string(EVENT, event.getName());
    }
    tags.all(attributes);
    dropped(DROPPED_ATTRIBUTES, dropped);
    out.endStruct();
  }

  /** An internal span has none. */
  private static @Nullable String kind(SpanKind kind) {
    return kind == SpanKind.INTERNAL ? null : kind.name().toLowerCase(Locale.ROOT);
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  private static long high(String traceId) {
    return hex(traceId, 0, 2 * HEX_OF_LONG);
  }

  private static long low(String traceId) {
    return hex(traceId, HEX_OF_LONG, 2 * HEX_OF_LONG);
  }

  private static long id(String spanId) {
    return hex(spanId, 0, HEX_OF_LONG);
  }

  private static long hex(String id, int from, int digits) {
    if (id.length() != digits) {
      throw new IllegalArgumentException(
          "id is '" + id + "': want " + digits + " hexadecimal digits");
    }
    return HexFormat.fromHexDigitsToLong(id, from, from + HEX_OF_LONG);
  }

  /** In the form of the header (W3C Trace Context, "tracestate Header Field Values"). */
  private static String header(TraceState state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }
}
