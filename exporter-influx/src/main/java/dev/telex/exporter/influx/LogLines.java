/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.AttributeText;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A log record as a line of {@code logs} (influxdata/influxdb-observability, {@code
 * otel2influx/logs.go}).
 */
final class LogLines {

  private final LineOutput out;
  private final Fields fields;
  private final ItemAttributes attributes;
  private final FreeTimes times = new FreeTimes();

  LogLines(LineOutput out, Set<String> dimensions) {
    this.out = out;
    this.attributes = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, dimensions);
    this.fields = new Fields(out, attributes::isTag);
  }

  void write(LogRecordData log) {
    attributes.use(log.getResource(), log.getInstrumentationScopeInfo(), log.getAttributes());
    out.measurement("logs");
    attributes.tags();
    SpanContext span = log.getSpanContext();
    long tags = 0;
    if (span.isValid()) {
      out.id("span_id", span.getSpanId());
      out.id("trace_id", span.getTraceId());
      tags = (31L * span.getTraceId().hashCode() + span.getSpanId().hashCode()) * 31;
    }

    fields.begin();
    fields.json("attributes", attributes);
    Value<?> body = log.getBodyValue();
    fields.text("body", body == null ? "" : AttributeText.of(body));
    fields.textIfAny("event.name", log.getEventName());
    if (log.getSeverity() != Severity.UNDEFINED_SEVERITY_NUMBER) {
      fields.integer("severity_number", log.getSeverity().getSeverityNumber());
    }
    fields.textIfAny("severity_text", log.getSeverityText());
    if (log.getObservedTimestampEpochNanos() != 0) {
      fields.integer("observed_time_unix_nano", log.getObservedTimestampEpochNanos());
    }
    fields.dropped(
        "dropped_attributes_count",
        fields.hidden() + log.getTotalAttributeCount() - log.getAttributes().size());
    fields.end(times.next(tags, time(log)));
  }

  /** OpenTelemetry allows a record without a time, InfluxDB does not. */
  private static long time(LogRecordData log) {
    if (log.getTimestampEpochNanos() != 0) {
      return log.getTimestampEpochNanos();
    }
    if (log.getObservedTimestampEpochNanos() != 0) {
      return log.getObservedTimestampEpochNanos();
    }
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
