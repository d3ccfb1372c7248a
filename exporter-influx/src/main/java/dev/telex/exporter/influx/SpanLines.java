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
  private final Fields partFields;
  private final ItemAttributes spans;
  private final ItemAttributes parts;
  private final FreeTimes times = new FreeTimes();

  SpanLines(LineOutput out, Set<String> dimensions) {
    this.out = out;
    this.spans = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, dimensions);
    this.fields = new Fields(out, spans::isTag);
    this.parts = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, Set.of());
    this.partFields = new Fields(out, parts::isTag);
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
    fields.json("attributes", spans);
    fields.textIfAny("trace_state", text(span.getSpanContext().getTraceState()));
    SpanContext parent = span.getParentSpanContext();
    fields.textIfAny("parent_span_id", parent.isValid() ? parent.getSpanId() : "");
    fields.textIfAny("span.name", span.getName());
    fields.text("span.kind", kind(span.getKind()));
    fields.integer("end_time_unix_nano", span.getEndEpochNanos());
    fields.integer("duration_nano", span.getEndEpochNanos() - span.getStartEpochNanos());
    StatusCode status = span.getStatus().getStatusCode();
    if (status != StatusCode.UNSET) {
      fields.text("otel.status_code", status == StatusCode.OK ? "Ok" : "Error");
    }
    fields.textIfAny("otel.status_description", span.getStatus().getDescription());
    int unwritable = 0;
    for (LinkData link : span.getLinks()) {
      unwritable += link.getSpanContext().isValid() ? 0 : 1;
    }
    fields.dropped(
        "dropped_attributes_count",
        fields.hidden() + span.getTotalAttributeCount() - span.getAttributes().size());
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
    partFields.begin();
    partFields.text("event.name", event.getName());
    partFields.json("attributes", parts);
    partFields.dropped("dropped_attributes_count", event.getDroppedAttributesCount());
    partFields.end(times.next(tags(span, 0), event.getEpochNanos()));
  }

  private void link(SpanData span, LinkData link) {
    SpanContext to = link.getSpanContext();
    if (!to.isValid()) {
      return;
    }
    own(link.getAttributes());
    out.measurement("span-links");
    out.id("linked_span_id", to.getSpanId());
    out.id("linked_trace_id", to.getTraceId());
    ids(span.getTraceId(), span.getSpanId());
    partFields.begin();
    partFields.textIfAny("trace_state", text(to.getTraceState()));
    partFields.json("attributes", parts);
    if (!partFields.hasSome()) {
      // A line has at least one field.
      partFields.text("attributes", "{}");
    }
    partFields.dropped(
        "dropped_attributes_count", link.getTotalAttributeCount() - link.getAttributes().size());
    long tags = tags(span, 31L * to.getTraceId().hashCode() + to.getSpanId().hashCode() + 1);
    partFields.end(times.next(tags, span.getStartEpochNanos()));
  }

  /** Those of an event or link stand alone. */
  private void own(Attributes attributes) {
    parts.use(Resource.empty(), InstrumentationScopeInfo.empty(), attributes);
  }

  private static long tags(SpanData span, long more) {
    return (31L * span.getTraceId().hashCode() + span.getSpanId().hashCode()) * 31 + more;
  }

  private void ids(String traceId, String spanId) {
    out.id("span_id", spanId);
    out.id("trace_id", traceId);
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

  /** In the form of W3C. */
  private static String text(TraceState state) {
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
