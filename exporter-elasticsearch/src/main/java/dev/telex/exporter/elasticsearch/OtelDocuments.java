/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents of the mode {@link ElasticsearchMode#OTEL}. */
final class OtelDocuments implements DocumentWriter {

  private static final byte[] TIMESTAMP = JsonOutput.constant("{\"@timestamp\":");
  private static final byte[] START_TIMESTAMP = JsonOutput.constant(",\"start_timestamp\":");
  private static final byte[] OBSERVED_TIMESTAMP = JsonOutput.constant(",\"observed_timestamp\":");
  private static final byte[] TRACE_ID = JsonOutput.constant(",\"trace_id\":\"");
  private static final byte[] SPAN_ID = JsonOutput.constant(",\"span_id\":\"");
  private static final byte[] PARENT_SPAN_ID = JsonOutput.constant(",\"parent_span_id\":\"");
  private static final byte[] TRACE_STATE = JsonOutput.constant(",\"trace_state\":");
  private static final byte[] NAME = JsonOutput.constant(",\"name\":");
  private static final byte[] KIND = JsonOutput.constant(",\"kind\":\"");
  private static final byte[] DURATION = JsonOutput.constant(",\"duration\":");
  private static final byte[] DROPPED_ATTRIBUTES =
      JsonOutput.constant(",\"dropped_attributes_count\":");
  private static final byte[] DROPPED_EVENTS = JsonOutput.constant(",\"dropped_events_count\":");
  private static final byte[] DROPPED_LINKS = JsonOutput.constant(",\"dropped_links_count\":");
  private static final byte[] LINKS = JsonOutput.constant(",\"links\":[");
  private static final byte[] LINK_TRACE_ID = JsonOutput.constant("{\"trace_id\":\"");
  private static final byte[] STATUS = JsonOutput.constant(",\"status\":{");
  private static final byte[] MESSAGE = JsonOutput.constant("\"message\":");
  private static final byte[] CODE_OK = JsonOutput.constant("\"code\":\"Ok\"");
  private static final byte[] CODE_ERROR = JsonOutput.constant("\"code\":\"Error\"");
  private static final byte[] SEVERITY_TEXT = JsonOutput.constant(",\"severity_text\":");
  private static final byte[] SEVERITY_NUMBER = JsonOutput.constant(",\"severity_number\":");
  private static final byte[] EVENT_NAME = JsonOutput.constant(",\"event_name\":");
  private static final byte[] BODY_TEXT = JsonOutput.constant(",\"body\":{\"text\":");
  private static final byte[] BODY_STRUCTURED = JsonOutput.constant(",\"body\":{\"structured\":");
  private static final byte[] BODY_VALUES =
      JsonOutput.constant(",\"body\":{\"structured\":{\"value\":");
  private static final byte[] UNIT = JsonOutput.constant(",\"unit\":");
  private static final byte[] METRICS = JsonOutput.constant(",\"metrics\":{");
  private static final byte[] NAMES_HASH = JsonOutput.constant("},\"_metric_names_hash\":\"");

  private final OtelFields fields = new OtelFields(false);
  private final OtelFields metricFields = new OtelFields(true);

  @Override
  public void span(SpanData span, DataStream stream, JsonOutput out) {
    out.raw(TIMESTAMP);
    Timestamps.write(span.getStartEpochNanos(), out);
    fields.dataStream(stream, out);
    SpanContext context = span.getSpanContext();
    ids(context, out);
    if (SpanId.isValid(span.getParentSpanId())) {
      out.raw(PARENT_SPAN_ID);
      out.ascii(span.getParentSpanId());
      out.raw('"');
    }
    traceState(context, out);
    text(NAME, span.getName(), out);
    out.raw(KIND);
    out.ascii(
        switch (span.getKind()) {
          case INTERNAL -> "Internal";
          case SERVER -> "Server";
          case CLIENT -> "Client";
          case PRODUCER -> "Producer";
          case CONSUMER -> "Consumer";
        });
    out.raw('"');
    out.raw(DURATION);
    out.number(Math.max(0, span.getEndEpochNanos() - span.getStartEpochNanos()));
    fields.attributes(span.getAttributes(), out);
    count(DROPPED_ATTRIBUTES, span.getTotalAttributeCount() - span.getAttributes().size(), out);
    count(DROPPED_EVENTS, span.getTotalRecordedEvents() - span.getEvents().size(), out);
    links(span.getLinks(), out);
    count(DROPPED_LINKS, span.getTotalRecordedLinks() - span.getLinks().size(), out);
    status(span, out);
    fields.resource(span.getResource(), out);
    fields.scope(span.getInstrumentationScopeInfo(), out);
    out.raw('}');
  }

  @Override
  public void event(SpanData span, EventData event, DataStream stream, JsonOutput out) {
    out.raw(TIMESTAMP);
    Timestamps.write(event.getEpochNanos(), out);
    fields.dataStream(stream, out);
    ids(span.getSpanContext(), out);
    count(DROPPED_ATTRIBUTES, event.getDroppedAttributesCount(), out);
    text(EVENT_NAME, event.getName(), out);
    fields.eventAttributes(event.getName(), event.getAttributes(), out);
    fields.resource(span.getResource(), out);
    fields.scope(span.getInstrumentationScopeInfo(), out);
    out.raw('}');
  }

  @Override
  public void log(LogRecordData record, DataStream stream, JsonOutput out) {
    long time = record.getTimestampEpochNanos();
    out.raw(TIMESTAMP);
    Timestamps.write(time == 0 ? record.getObservedTimestampEpochNanos() : time, out);
    out.raw(OBSERVED_TIMESTAMP);
    Timestamps.write(record.getObservedTimestampEpochNanos(), out);
    fields.dataStream(stream, out);
    text(SEVERITY_TEXT, record.getSeverityText(), out);
    count(SEVERITY_NUMBER, record.getSeverity().getSeverityNumber(), out);
    if (record.getSpanContext().isValid()) {
      ids(record.getSpanContext(), out);
    }
    text(EVENT_NAME, record.getEventName(), out);
    fields.attributes(record.getAttributes(), out);
    count(DROPPED_ATTRIBUTES, record.getTotalAttributeCount() - record.getAttributes().size(), out);
    body(record.getBodyValue(), out);
    fields.resource(record.getResource(), out);
    fields.scope(record.getInstrumentationScopeInfo(), out);
    out.raw('}');
  }

  @Override
  public void metrics(MetricGroup group, JsonOutput out) {
    MetricGroup.Series series = group.series();
    out.raw(TIMESTAMP);
    out.number(series.epochMillis());
    if (group.startEpochMillis() != 0) {
      out.raw(START_TIMESTAMP);
      out.number(group.startEpochMillis());
    }
    metricFields.dataStream(series.stream(), out);
    text(UNIT, series.unit(), out);
    metricFields.attributes(series.attributes(), out);
    metricFields.resource(series.resource(), out);
    metricFields.scope(series.scope(), out);
    out.raw(METRICS);
    for (int i = 0; i < group.size(); i++) {
      out.comma();
      out.quoted(group.metric(i).getName());
      out.raw(':');
      MetricValue.write(group.metric(i), group.point(i), out);
    }
    out.raw(NAMES_HASH);
    out.ascii(group.namesHash());
    out.raw('"');
    out.raw('}');
  }

  private static void ids(SpanContext context, JsonOutput out) {
    out.raw(TRACE_ID);
    out.ascii(context.getTraceId());
    out.raw('"');
    out.raw(SPAN_ID);
    out.ascii(context.getSpanId());
    out.raw('"');
  }

  private void links(List<LinkData> links, JsonOutput out) {
    if (links.isEmpty()) {
      return;
    }
    out.raw(LINKS);
    for (LinkData link : links) {
      out.comma();
      out.raw(LINK_TRACE_ID);
      out.ascii(link.getSpanContext().getTraceId());
      out.raw('"');
      out.raw(SPAN_ID);
      out.ascii(link.getSpanContext().getSpanId());
      out.raw('"');
      traceState(link.getSpanContext(), out);
      fields.attributes(link.getAttributes(), out);
      count(DROPPED_ATTRIBUTES, link.getTotalAttributeCount() - link.getAttributes().size(), out);
      out.raw('}');
    }
    out.raw(']');
  }

  private static void status(SpanData span, JsonOutput out) {
    String message = span.getStatus().getDescription();
    StatusCode code = span.getStatus().getStatusCode();
    if (message.isEmpty() && code == StatusCode.UNSET) {
      return;
    }
    out.raw(STATUS);
    if (!message.isEmpty()) {
      out.raw(MESSAGE);
      out.quoted(message);
    }
    switch (code) {
      case UNSET -> {}
      case OK -> {
        out.comma();
        out.raw(CODE_OK);
      }
      case ERROR -> {
        out.comma();
        out.raw(CODE_ERROR);
      }
    }
    out.raw('}');
  }

  /** Arrays of anything but maps are no fields of Elasticsearch: they are put into a map. */
  private static void body(@Nullable Value<?> body, JsonOutput out) {
    if (body == null || body.getType() == ValueType.EMPTY) {
      return;
    }
    boolean values = false;
    if (body.getType() == ValueType.ARRAY) {
      values =
          !((List<?>) body.getValue())
              .stream()
                  .allMatch(
                      item ->
                          item instanceof Value<?> value
                              && value.getType() == ValueType.KEY_VALUE_LIST);
      out.raw(values ? BODY_VALUES : BODY_STRUCTURED);
    } else {
      out.raw(body.getType() == ValueType.KEY_VALUE_LIST ? BODY_STRUCTURED : BODY_TEXT);
    }
    out.value(body);
    out.raw('}');
    if (values) {
      out.raw('}');
    }
  }

  private static void traceState(SpanContext context, JsonOutput out) {
    TraceState state = context.getTraceState();
    if (state.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    state.forEach((key, value) -> text.append(text.isEmpty() ? "" : ",").append(key + "=" + value));
    text(TRACE_STATE, text.toString(), out);
  }

  private static void text(byte[] field, @Nullable String text, JsonOutput out) {
    if (text != null && !text.isEmpty()) {
      out.raw(field);
      out.quoted(text);
    }
  }

  private static void count(byte[] field, int count, JsonOutput out) {
    if (count > 0) {
      out.raw(field);
      out.number(count);
    }
  }
}
