/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Set;

/**
 * A span as a line of {@code spans}, its events as lines of {@code logs} and its links as lines of
 * {@code span-links} (influxdata/influxdb-observability, {@code otel2influx/traces.go}).
 */
final class SpanLines {

  private final LineOutput out;
  private final Fields fields;
  private final ItemAttributes spans;
  private final ItemAttributes parts;
  private final FreeTimes times = new FreeTimes();

  SpanLines(LineOutput out, Set<String> dimensions) {
    this.out = out;
    this.fields = new Fields(out);
    this.spans = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, dimensions);
    this.parts = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, Set.of());
  }

  /** Nothing is written of a span without valid ids, which are its tags. */
  static boolean isWritable(SpanData span) {
    return span.getSpanContext().isValid();
  }

  void write(SpanData span) {
    if (!isWritable(span)) {
      return;
    }
    int unwritable = span(span);
    if (unwritable < span.getLinks().size()) {
      span.getLinks().forEach(link -> link(span, link));
    }
    for (EventData event : span.getEvents()) {
      event(span, event);
    }
  }

  private int span(SpanData span) {
    spans.use(span.getResource(), span.getInstrumentationScopeInfo(), span.getAttributes());
    out.measurement("spans");
    spans.tags();
    ids(span.getTraceId(), span.getSpanId());

    fields.begin();
    int hidden = json("attributes");
    hidden += text("trace_state", TraceStates.text(span.getSpanContext().getTraceState()));
    SpanContext parent = span.getParentSpanContext();
    hidden += text("parent_span_id", parent.isValid() ? parent.getSpanId() : "");
    hidden += text("span.name", span.getName());
    hidden += text("span.kind", kind(span.getKind()));
    hidden += integer("end_time_unix_nano", span.getEndEpochNanos());
    hidden += integer("duration_nano", span.getEndEpochNanos() - span.getStartEpochNanos());
    StatusCode status = span.getStatus().getStatusCode();
    if (status != StatusCode.UNSET) {
      hidden += text("otel.status_code", status == StatusCode.OK ? "Ok" : "Error");
    }
    hidden += text("otel.status_description", span.getStatus().getDescription());
    int unwritable = 0;
    for (LinkData link : span.getLinks()) {
      unwritable += link.getSpanContext().isValid() ? 0 : 1;
    }
    fields.dropped(
        "dropped_attributes_count",
        hidden + span.getTotalAttributeCount() - span.getAttributes().size());
    fields.dropped("dropped_events_count", span.getTotalRecordedEvents() - span.getEvents().size());
    fields.dropped(
        "dropped_links_count", unwritable + span.getTotalRecordedLinks() - span.getLinks().size());
    fields.end(span.getStartEpochNanos());
    return unwritable;
  }

  private void event(SpanData span, EventData event) {
    own(event.getAttributes());
    out.measurement("logs");
    ids(span.getTraceId(), span.getSpanId());
    fields.begin();
    fields.text("event.name", event.getName());
    fields.json("attributes", parts);
    fields.dropped("dropped_attributes_count", event.getDroppedAttributesCount());
    fields.end(times.next(tags(span, 0), event.getEpochNanos()));
  }

  private void link(SpanData span, LinkData link) {
    SpanContext to = link.getSpanContext();
    if (!to.isValid()) {
      return;
    }
    own(link.getAttributes());
    out.measurement("span-links");
    id("linked_span_id", to.getSpanId());
    id("linked_trace_id", to.getTraceId());
    ids(span.getTraceId(), span.getSpanId());
    fields.begin();
    String state = TraceStates.text(to.getTraceState());
    if (!state.isEmpty()) {
      fields.text("trace_state", state);
    }
    if (!fields.json("attributes", parts) && !fields.hasSome()) {
      // A line has at least one field.
      fields.text("attributes", "{}");
    }
    fields.dropped(
        "dropped_attributes_count", link.getTotalAttributeCount() - link.getAttributes().size());
    long tags = tags(span, 31L * to.getTraceId().hashCode() + to.getSpanId().hashCode() + 1);
    fields.end(times.next(tags, span.getStartEpochNanos()));
  }

  /** Those of an event or link stand alone. */
  private void own(Attributes attributes) {
    parts.use(Resource.empty(), InstrumentationScopeInfo.empty(), attributes);
  }

  private static long tags(SpanData span, long more) {
    return (31L * span.getTraceId().hashCode() + span.getSpanId().hashCode()) * 31 + more;
  }

  private void ids(String traceId, String spanId) {
    id("span_id", spanId);
    id("trace_id", traceId);
  }

  private void id(String key, String hex) {
    out.raw(',');
    out.key(key);
    out.raw('=');
    out.ascii(hex);
  }

  // A dimension may have the key of a field: then that is dropped, and counted.

  private int json(String key) {
    if (spans.isTag(key)) {
      return 1;
    }
    fields.json(key, spans);
    return 0;
  }

  private int text(String key, String value) {
    if (value.isEmpty()) {
      return 0;
    }
    if (spans.isTag(key)) {
      return 1;
    }
    fields.text(key, value);
    return 0;
  }

  private int integer(String key, long value) {
    if (spans.isTag(key)) {
      return 1;
    }
    fields.integer(key, value);
    return 0;
  }

  private static String kind(SpanKind kind) {
    return switch (kind) {
      case INTERNAL -> "Internal";
      case SERVER -> "Server";
      case CLIENT -> "Client";
      case PRODUCER -> "Producer";
      case CONSUMER -> "Consumer";
    };
  }

  /** The W3C form of a trace state. */
  private static final class TraceStates {

    static String text(TraceState state) {
      if (state.isEmpty()) {
        return "";
      }
      StringBuilder text = new StringBuilder();
      state.forEach(
          (key, value) ->
              text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
      return text.toString();
    }
  }
}
