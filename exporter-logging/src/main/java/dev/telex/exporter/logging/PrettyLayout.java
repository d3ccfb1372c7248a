/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several lines an item, with all that it holds. Every list and every text is bounded. */
final class PrettyLayout {

  /** Attributes, events, links, exemplars, and lines of a text. */
  static final int MAX_LISTED = 64;

  private static final int MAX_TEXT_CHARS = 8192;
  private static final int LABEL_CHARS = 12;

  private PrettyLayout() {}

  static void span(TextWriter to, SpanData span) {
    to.put("SPAN ").text(span.getName(), Texts.MAX_VALUE_CHARS);
    StatusData status = span.getStatus();
    label(to, "status").put(status.getStatusCode().name());
    if (!status.getDescription().isEmpty()) {
      to.put(" ").text(status.getDescription(), Texts.MAX_VALUE_CHARS);
    }
    label(to, "kind").put(span.getKind().name());
    label(to, "start").put(Texts.exactTime(span.getStartEpochNanos()));
    label(to, "duration").put(Texts.duration(span.getEndEpochNanos() - span.getStartEpochNanos()));
    context(to, span.getSpanContext());
    SpanContext parent = span.getParentSpanContext();
    if (parent.isValid()) {
      label(to, "parent").text(parent.getSpanId(), Texts.MAX_ID_CHARS);
      to.put(parent.isRemote() ? " remote" : "");
    }
    attributes(
        to,
        "attributes",
        span.getAttributes(),
        span.getTotalAttributeCount() - span.getAttributes().size());
    list(
        to,
        "events",
        span.getEvents(),
        span.getTotalRecordedEvents() - span.getEvents().size(),
        event -> event(to, span, event));
    list(
        to,
        "links",
        span.getLinks(),
        span.getTotalRecordedLinks() - span.getLinks().size(),
        link -> link(to, link));
    origin(to, span.getResource(), span.getInstrumentationScopeInfo());
  }

  static void point(TextWriter to, MetricData metric, PointData point) {
    to.put("METRIC ").text(metric.getName(), Texts.MAX_VALUE_CHARS);
    label(to, "type").put(Points.type(metric));
    if (!metric.getUnit().isEmpty()) {
      label(to, "unit").text(metric.getUnit(), Texts.MAX_VALUE_CHARS);
    }
    if (!metric.getDescription().isEmpty()) {
      label(to, "description").text(metric.getDescription(), Texts.MAX_VALUE_CHARS);
    }
    label(to, "start").put(Texts.exactTime(point.getStartEpochNanos()));
    label(to, "time").put(Texts.exactTime(point.getEpochNanos()));
    Points.line(label(to, "value"), point);
    attributes(to, "attributes", point.getAttributes(), 0);
    list(to, "exemplars", point.getExemplars(), 0, exemplar -> exemplar(to, exemplar));
    origin(to, metric.getResource(), metric.getInstrumentationScopeInfo());
  }

  static void log(TextWriter to, LogRecordData log) {
    to.put("LOG ").put(log.getSeverity().name());
    String severityText = log.getSeverityText();
    if (severityText != null && !severityText.isEmpty()) {
      to.put(" ").text(severityText, Texts.MAX_VALUE_CHARS);
    }
    String eventName = log.getEventName();
    if (eventName != null && !eventName.isEmpty()) {
      label(to, "event").text(eventName, Texts.MAX_VALUE_CHARS);
    }
    Value<?> body = log.getBodyValue();
    if (body != null) {
      to.line(2).put("body");
      value(to, pad("body"), body, 4);
    }
    label(to, "time").put(Texts.exactTime(log.getTimestampEpochNanos()));
    label(to, "observed").put(Texts.exactTime(log.getObservedTimestampEpochNanos()));
    if (log.getSpanContext().isValid()) {
      context(to, log.getSpanContext());
    }
    attributes(
        to,
        "attributes",
        log.getAttributes(),
        log.getTotalAttributeCount() - log.getAttributes().size());
    origin(to, log.getResource(), log.getInstrumentationScopeInfo());
  }

  private static void event(TextWriter to, SpanData span, EventData event) {
    to.line(4).text(event.getName(), Texts.MAX_VALUE_CHARS);
    to.put(" after ").put(Texts.duration(event.getEpochNanos() - span.getStartEpochNanos()));
    entries(to, 6, event.getAttributes(), event.getDroppedAttributesCount());
  }

  private static void link(TextWriter to, LinkData link) {
    to.line(4).put("trace=").text(link.getSpanContext().getTraceId(), Texts.MAX_ID_CHARS);
    to.put(" span=").text(link.getSpanContext().getSpanId(), Texts.MAX_ID_CHARS);
    entries(
        to, 6, link.getAttributes(), link.getTotalAttributeCount() - link.getAttributes().size());
  }

  private static void exemplar(TextWriter to, ExemplarData exemplar) {
    to.line(4);
    if (exemplar instanceof LongExemplarData number) {
      to.put(number.getValue());
    } else if (exemplar instanceof DoubleExemplarData number) {
      to.put(number.getValue());
    }
    to.put(" at ").put(Texts.exactTime(exemplar.getEpochNanos()));
    SpanContext context = exemplar.getSpanContext();
    if (context.isValid()) {
      to.put(" trace=").text(context.getTraceId(), Texts.MAX_ID_CHARS);
      to.put(" span=").text(context.getSpanId(), Texts.MAX_ID_CHARS);
    }
    Texts.attributes(to, exemplar.getFilteredAttributes());
  }

  private static void context(TextWriter to, SpanContext context) {
    label(to, "trace").text(context.getTraceId(), Texts.MAX_ID_CHARS);
    to.put(" flags=").put(context.getTraceFlags().asHex());
    if (!context.getTraceState().isEmpty()) {
      to.put(" state={");
      String[] separator = {""};
      context
          .getTraceState()
          .forEach(
              (key, value) -> {
                to.put(separator[0]).text(key, Texts.MAX_VALUE_CHARS).put("=");
                to.text(value, Texts.MAX_VALUE_CHARS);
                separator[0] = ", ";
              });
      to.put("}");
    }
    label(to, "span").text(context.getSpanId(), Texts.MAX_ID_CHARS);
  }

  private static void origin(TextWriter to, Resource resource, InstrumentationScopeInfo scope) {
    label(to, "scope").text(scope.getName(), Texts.MAX_VALUE_CHARS);
    if (scope.getVersion() != null) {
      to.put(" ").text(scope.getVersion(), Texts.MAX_VALUE_CHARS);
    }
    schema(to, scope.getSchemaUrl());
    entries(to, 4, scope.getAttributes(), 0);
    to.line(2).put("resource");
    schema(to, resource.getSchemaUrl());
    entries(to, 4, resource.getAttributes(), 0);
  }

  private static void schema(TextWriter to, @Nullable String url) {
    if (url != null) {
      to.put(" schema=").text(url, Texts.MAX_VALUE_CHARS);
    }
  }

  private static void attributes(TextWriter to, String label, Attributes attributes, int dropped) {
    if (!attributes.isEmpty() || dropped > 0) {
      to.line(2).put(label);
      entries(to, 4, attributes, dropped);
    }
  }

  private static void entries(TextWriter to, int indent, Attributes attributes, int dropped) {
    int listed = 0;
    for (Map.Entry<AttributeKey<?>, Object> entry : attributes.asMap().entrySet()) {
      if (listed++ == MAX_LISTED) {
        break;
      }
      to.line(indent).text(entry.getKey().getKey(), Texts.MAX_VALUE_CHARS).put(" =");
      value(to, " ", entry.getValue(), indent + 2);
    }
    end(to, indent, attributes.size(), dropped);
  }

  private static <T> void list(
      TextWriter to, String label, Collection<T> all, int dropped, Consumer<? super T> item) {
    if (all.isEmpty() && dropped <= 0) {
      return;
    }
    to.line(2).put(label);
    all.stream().limit(MAX_LISTED).forEach(item);
    end(to, 4, all.size(), dropped);
  }

  private static void end(TextWriter to, int indent, int size, int dropped) {
    if (size > MAX_LISTED) {
      to.line(indent).put(TextWriter.CUT).put(" and ").put(size - MAX_LISTED).put(" more");
    }
    if (dropped > 0) {
      to.line(indent).put("(").put(dropped).put(" dropped by the SDK)");
    }
  }

  /** A text of several lines, such as a stack trace, keeps them, each behind a bar. */
  private static void value(TextWriter to, String space, Object value, int indent) {
    Object plain =
        value instanceof Value<?> any && any.getType() == ValueType.STRING ? any.getValue() : value;
    if (!(plain instanceof String text) || text.indexOf('\n') < 0) {
      Texts.value(to.put(space), plain, MAX_TEXT_CHARS);
      return;
    }
    int from = 0;
    for (int listed = 0; listed < MAX_LISTED; listed++) {
      int end = text.indexOf('\n', from);
      int stop = end < 0 ? text.length() : end;
      to.line(indent).put(stop > from ? "| " : "|").rest(text, from, stop, MAX_TEXT_CHARS);
      if (end < 0) {
        return;
      }
      from = end + 1;
    }
    to.line(indent).put("| ").put(TextWriter.CUT);
  }

  private static TextWriter label(TextWriter to, String label) {
    return to.line(2).put(label).put(pad(label));
  }

  private static String pad(String label) {
    return " ".repeat(LABEL_CHARS - label.length());
  }
}
