/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

/** One line an item: what matters most stands first, because the end may be cut off. */
final class LineLayout {

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final int MAX_BODY_CHARS = 1024;

  private LineLayout() {}

  static void span(TextWriter to, SpanData span) {
    to.put(Texts.time(span.getStartEpochNanos())).put(" SPAN ");
    to.text(span.getName(), Texts.MAX_VALUE_CHARS);
    to.put(" ").put(Texts.duration(span.getEndEpochNanos() - span.getStartEpochNanos()));
    status(to, span.getStatus());
    to.put(" ").put(span.getKind().name());
    context(to, span.getSpanContext());
    if (span.getParentSpanContext().isValid()) {
      to.put(" parent=").text(span.getParentSpanContext().getSpanId(), Texts.MAX_ID_CHARS);
    }
    origin(to, span.getResource(), span.getInstrumentationScopeInfo());
    count(to, " events=", span.getTotalRecordedEvents());
    count(to, " links=", span.getTotalRecordedLinks());
    Texts.attributes(to, span.getAttributes());
  }

  static void point(TextWriter to, MetricData metric, PointData point) {
    to.put(Texts.time(point.getEpochNanos())).put(" METRIC ");
    to.text(metric.getName(), Texts.MAX_VALUE_CHARS);
    to.put(" ").put(Points.type(metric)).put(" ");
    Points.line(to, point);
    if (!metric.getUnit().isEmpty()) {
      to.put(" ").text(metric.getUnit(), Texts.MAX_VALUE_CHARS);
    }
    origin(to, metric.getResource(), metric.getInstrumentationScopeInfo());
    count(to, " exemplars=", point.getExemplars().size());
    Texts.attributes(to, point.getAttributes());
  }

  static void log(TextWriter to, LogRecordData log) {
    long time = log.getTimestampEpochNanos();
    to.put(Texts.time(time == 0 ? log.getObservedTimestampEpochNanos() : time)).put(" LOG ");
    severity(to, log);
    String eventName = log.getEventName();
    if (eventName != null && !eventName.isEmpty()) {
      to.put(" event=").text(eventName, Texts.MAX_VALUE_CHARS);
    }
    Value<?> body = log.getBodyValue();
    if (body != null) {
      to.put(" ");
      Texts.value(to, body, MAX_BODY_CHARS);
    }
    if (log.getSpanContext().isValid()) {
      context(to, log.getSpanContext());
    }
    origin(to, log.getResource(), log.getInstrumentationScopeInfo());
    Texts.attributes(to, log.getAttributes());
  }

  private static void status(TextWriter to, StatusData status) {
    if (status.getStatusCode() != StatusCode.UNSET) {
      to.put(" ").put(status.getStatusCode().name());
    }
    if (!status.getDescription().isEmpty()) {
      to.put(" ").text(status.getDescription(), Texts.MAX_VALUE_CHARS);
    }
  }

  private static void severity(TextWriter to, LogRecordData log) {
    if (log.getSeverity() != Severity.UNDEFINED_SEVERITY_NUMBER) {
      to.put(log.getSeverity().name());
    } else if (log.getSeverityText() != null && !log.getSeverityText().isEmpty()) {
      to.text(log.getSeverityText(), Texts.MAX_VALUE_CHARS);
    } else {
      to.put("-");
    }
  }

  private static void context(TextWriter to, SpanContext context) {
    to.put(" trace=").text(context.getTraceId(), Texts.MAX_ID_CHARS);
    to.put(" span=").text(context.getSpanId(), Texts.MAX_ID_CHARS);
  }

  private static void origin(TextWriter to, Resource resource, InstrumentationScopeInfo scope) {
    String service = resource.getAttribute(SERVICE_NAME);
    if (service != null) {
      to.put(" service=").text(service, Texts.MAX_VALUE_CHARS);
    }
    if (!scope.getName().isEmpty()) {
      to.put(" scope=").text(scope.getName(), Texts.MAX_VALUE_CHARS);
    }
  }

  private static void count(TextWriter to, String label, int count) {
    if (count > 0) {
      to.put(label).put(count);
    }
  }
}
