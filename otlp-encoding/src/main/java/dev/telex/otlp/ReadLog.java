/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a {@code LogRecord}. */
final class ReadLog implements ReadGroups.Item<LogRecordData> {

  private final JsonIn in;
  private long time;
  private long observedTime;
  private Severity severity = Severity.UNDEFINED_SEVERITY_NUMBER;
  private @Nullable String severityText;
  private @Nullable Value<?> body;
  private Attributes attributes = Attributes.empty();
  private long dropped;
  private long flags;
  private String traceId = TraceId.getInvalid();
  private String spanId = SpanId.getInvalid();
  private @Nullable String eventName;

  ReadLog(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "timeUnixNano" -> time = in.unsigned64();
      case "observedTimeUnixNano" -> observedTime = in.unsigned64();
      case "severityNumber" ->
          severity = in.constant(Severity.values(), Severity::getSeverityNumber);
      case "severityText" -> severityText = in.string();
      case "body" -> body = ReadValues.value(in);
      case "attributes" -> attributes = ReadValues.attributes(in);
      case "droppedAttributesCount" -> dropped = in.unsigned32();
      case "flags" -> flags = in.unsigned32();
      case "traceId" -> traceId = in.id(ReadContext.TRACE_ID_DIGITS);
      case "spanId" -> spanId = in.id(ReadContext.SPAN_ID_DIGITS);
      case "eventName" -> eventName = in.string();
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
  public void addTo(List<LogRecordData> items, Resource resource, InstrumentationScopeInfo scope) {
    SpanContext context = ReadContext.local(traceId, spanId, flags, TraceState.getDefault());
    items.add(
        new DecodedLog(
            resource,
            scope,
            time,
            observedTime,
            context,
            severity,
            severityText,
            body,
            attributes,
            ReadValues.total(attributes.size(), dropped),
            eventName));
  }
}
