/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
    this.fields = new Fields(out);
    this.attributes = new ItemAttributes(out, ItemAttributes.Kind.DIMENSIONS, dimensions);
  }

  void write(LogRecordData log) {
    attributes.use(log.getResource(), log.getInstrumentationScopeInfo(), log.getAttributes());
    out.measurement("logs");
    attributes.tags();
    SpanContext span = log.getSpanContext();
    long tags = 0;
    if (span.isValid()) {
      id("span_id", span.getSpanId());
      id("trace_id", span.getTraceId());
      tags = (31L * span.getTraceId().hashCode() + span.getSpanId().hashCode()) * 31;
    }

    fields.begin();
    int hidden = 0;
    if (attributes.isTag("attributes")) {
      hidden++;
    } else {
      fields.json("attributes", attributes);
    }
    Value<?> body = log.getBodyValue();
    hidden += text("body", body == null ? "" : AttributeText.of(body), true);
    hidden += text("event.name", log.getEventName(), false);
    if (log.getSeverity() != Severity.UNDEFINED_SEVERITY_NUMBER) {
      hidden += integer("severity_number", log.getSeverity().getSeverityNumber());
    }
    hidden += text("severity_text", log.getSeverityText(), false);
    if (log.getObservedTimestampEpochNanos() != 0) {
      hidden += integer("observed_time_unix_nano", log.getObservedTimestampEpochNanos());
    }
    fields.dropped(
        "dropped_attributes_count",
        hidden + log.getTotalAttributeCount() - log.getAttributes().size());
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

  private void id(String key, String hex) {
    out.raw(',');
    out.key(key);
    out.raw('=');
    out.ascii(hex);
  }

  // A dimension may have the key of a field: then that is dropped, and counted.

  private int text(String key, @Nullable String value, boolean always) {
    if (value == null || (value.isEmpty() && !always)) {
      return 0;
    }
    if (attributes.isTag(key)) {
      return 1;
    }
    fields.text(key, value);
    return 0;
  }

  private int integer(String key, long value) {
    if (attributes.isTag(key)) {
      return 1;
    }
    fields.integer(key, value);
    return 0;
  }
}
