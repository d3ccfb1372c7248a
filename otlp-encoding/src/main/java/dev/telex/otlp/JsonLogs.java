/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.JsonCommon.ATTRIBUTES;
import static dev.telex.otlp.JsonCommon.DROPPED_ATTRIBUTES;
import static dev.telex.otlp.JsonCommon.SPAN_ID;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;

/** Writes log records ({@code opentelemetry/proto/logs/v1/logs.proto}). */
final class JsonLogs implements JsonItems<LogRecordData> {

  private static final SerializableString RESOURCE_LOGS = JsonOut.key("resourceLogs");
  private static final SerializableString SCOPE_LOGS = JsonOut.key("scopeLogs");
  private static final SerializableString LOG_RECORDS = JsonOut.key("logRecords");

  private static final SerializableString TIME = JsonOut.key("timeUnixNano");
  private static final SerializableString SEVERITY_NUMBER = JsonOut.key("severityNumber");
  private static final SerializableString SEVERITY_TEXT = JsonOut.key("severityText");
  private static final SerializableString BODY = JsonOut.key("body");
  private static final SerializableString FLAGS = JsonOut.key("flags");
  private static final SerializableString OBSERVED_TIME = JsonOut.key("observedTimeUnixNano");
  private static final SerializableString EVENT_NAME = JsonOut.key("eventName");

  private final JsonOut out;
  private final JsonCommon common;

  JsonLogs(JsonOut out, JsonCommon common) {
    this.out = out;
    this.common = common;
  }

  @Override
  public SerializableString resourcesKey() {
    return RESOURCE_LOGS;
  }

  @Override
  public SerializableString scopesKey() {
    return SCOPE_LOGS;
  }

  @Override
  public SerializableString itemsKey() {
    return LOG_RECORDS;
  }

  @Override
  public Resource resource(LogRecordData log) {
    return log.getResource();
  }

  @Override
  public InstrumentationScopeInfo scope(LogRecordData log) {
    return log.getInstrumentationScopeInfo();
  }

  @Override
  public boolean isWorthIt(LogRecordData log) {
    return true;
  }

  @Override
  public void fields(LogRecordData log) throws IOException {
    out.unsigned(TIME, log.getTimestampEpochNanos());
    out.number(SEVERITY_NUMBER, log.getSeverity().getSeverityNumber());
    out.string(SEVERITY_TEXT, log.getSeverityText());
    Value<?> body = log.getBodyValue();
    if (body != null) {
      common.value(BODY, body);
    }
    Attributes attributes = log.getAttributes();
    common.attributes(ATTRIBUTES, attributes);
    common.dropped(DROPPED_ATTRIBUTES, log.getTotalAttributeCount(), attributes.size());

    SpanContext context = log.getSpanContext();
    out.number(FLAGS, context.getTraceFlags().asByte() & 0xff);
    if (!context.getTraceId().equals(TraceId.getInvalid())) {
      common.traceId(context.getTraceId());
    }
    if (!context.getSpanId().equals(SpanId.getInvalid())) {
      common.spanId(SPAN_ID, context.getSpanId());
    }
    out.unsigned(OBSERVED_TIME, log.getObservedTimestampEpochNanos());
    out.string(EVENT_NAME, log.getEventName());
  }
}
