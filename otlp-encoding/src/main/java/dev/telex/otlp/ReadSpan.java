/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.IOException;
import java.util.List;

/** The fields of a {@code Span}. */
final class ReadSpan implements ReadGroups.Item<SpanData> {

  private final JsonIn in;
  private String traceId = TraceId.getInvalid();
  private String spanId = SpanId.getInvalid();
  private TraceState traceState = TraceState.getDefault();
  private String parentSpanId = SpanId.getInvalid();
  private long flags;
  private String spanName = "";
  private SpanKind kind = SpanKind.INTERNAL;
  private long start;
  private long end;
  private Attributes attributes = Attributes.empty();
  private long droppedAttributes;
  private List<EventData> events = List.of();
  private long droppedEvents;
  private List<LinkData> links = List.of();
  private long droppedLinks;
  private StatusData status = StatusData.unset();

  ReadSpan(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "traceId" -> traceId = in.id(ReadContext.TRACE_ID_DIGITS);
      case "spanId" -> spanId = in.id(ReadContext.SPAN_ID_DIGITS);
      case "traceState" -> traceState = ReadContext.traceState(in.string());
      case "parentSpanId" -> parentSpanId = in.id(ReadContext.SPAN_ID_DIGITS);
      case "flags" -> flags = in.unsigned32();
      case "name" -> spanName = in.string();
      case "kind" -> kind = in.isZero() ? SpanKind.INTERNAL : kind();
      case "startTimeUnixNano" -> start = in.unsigned64();
      case "endTimeUnixNano" -> end = in.unsigned64();
      case "attributes" -> attributes = ReadValues.attributes(in);
      case "droppedAttributesCount" -> droppedAttributes = in.unsigned32();
      case "events" -> events = in.list(() -> in.read(new Event(in)).build());
      case "droppedEventsCount" -> droppedEvents = in.unsigned32();
      case "links" -> links = in.list(() -> in.read(new Link(in)).build());
      case "droppedLinksCount" -> droppedLinks = in.unsigned32();
      case "status" -> status = in.read(new Status(in)).build();
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public void check() {
    // No field depends on another.
  }

  @Override
  public void addTo(List<SpanData> items, Resource resource, InstrumentationScopeInfo scope) {
    SpanContext parent =
        ReadContext.of(
            SpanId.isValid(parentSpanId) ? traceId : TraceId.getInvalid(),
            parentSpanId,
            TraceFlags.getDefault().asByte(),
            TraceState.getDefault(),
            flags);
    items.add(
        new DecodedSpan(
            resource,
            scope,
            ReadContext.local(traceId, spanId, flags, traceState),
            parent,
            spanName,
            kind,
            start,
            end,
            attributes,
            ReadValues.total(attributes.size(), droppedAttributes),
            List.copyOf(events),
            ReadValues.total(events.size(), droppedEvents),
            List.copyOf(links),
            ReadValues.total(links.size(), droppedLinks),
            status));
  }

  private SpanKind kind() throws IOException {
    return in.constant(SpanKind.values(), OtlpNumbers::kind);
  }

  private static final class Event implements JsonIn.Fields {
    private final JsonIn in;
    private long time;
    private String eventName = "";
    private Attributes attributes = Attributes.empty();
    private long dropped;

    Event(JsonIn in) {
      this.in = in;
    }

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "timeUnixNano" -> time = in.unsigned64();
        case "name" -> eventName = in.string();
        case "attributes" -> attributes = ReadValues.attributes(in);
        case "droppedAttributesCount" -> dropped = in.unsigned32();
        default -> {
          return false;
        }
      }
      return true;
    }

    EventData build() {
      return EventData.create(
          time, eventName, attributes, ReadValues.total(attributes.size(), dropped));
    }
  }

  private static final class Link implements JsonIn.Fields {
    private final JsonIn in;
    private String traceId = TraceId.getInvalid();
    private String spanId = SpanId.getInvalid();
    private TraceState traceState = TraceState.getDefault();
    private Attributes attributes = Attributes.empty();
    private long dropped;
    private long flags;

    Link(JsonIn in) {
      this.in = in;
    }

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "traceId" -> traceId = in.id(ReadContext.TRACE_ID_DIGITS);
        case "spanId" -> spanId = in.id(ReadContext.SPAN_ID_DIGITS);
        case "traceState" -> traceState = ReadContext.traceState(in.string());
        case "attributes" -> attributes = ReadValues.attributes(in);
        case "droppedAttributesCount" -> dropped = in.unsigned32();
        case "flags" -> flags = in.unsigned32();
        default -> {
          return false;
        }
      }
      return true;
    }

    LinkData build() {
      return LinkData.create(
          ReadContext.of(traceId, spanId, flags, traceState, flags),
          attributes,
          ReadValues.total(attributes.size(), dropped));
    }
  }

  private static final class Status implements JsonIn.Fields {
    private final JsonIn in;
    private String message = "";
    private StatusCode code = StatusCode.UNSET;

    Status(JsonIn in) {
      this.in = in;
    }

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "message" -> message = in.string();
        case "code" -> code = in.constant(StatusCode.values(), OtlpNumbers::code);
        default -> {
          return false;
        }
      }
      return true;
    }

    StatusData build() {
      return StatusData.create(code, message);
    }
  }
}
