/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents of the mode {@link ElasticsearchMode#ECS}: fields by their dotted names, at the top. Of
 * several with one name the last wins, in the order of resource, scope, record.
 */
final class EcsDocuments implements DocumentWriter {

  private static final String ROUTING_PREFIX = "data_stream.";
  private static final String TIMESTAMP = "@timestamp";
  private static final AttributeKey<String> SDK_NAME = AttributeKey.stringKey("telemetry.sdk.name");
  private static final AttributeKey<String> SDK_LANGUAGE =
      AttributeKey.stringKey("telemetry.sdk.language");
  private static final AttributeKey<String> SDK_VERSION =
      AttributeKey.stringKey("telemetry.sdk.version");
  private static final AttributeKey<String> DISTRO_NAME =
      AttributeKey.stringKey("telemetry.distro.name");
  private static final AttributeKey<String> DISTRO_VERSION =
      AttributeKey.stringKey("telemetry.distro.version");
  private static final AttributeKey<String> OS_TYPE = AttributeKey.stringKey("os.type");

  @Override
  public void span(SpanData span, DataStream stream, JsonOutput out) {
    Map<String, Object> document =
        begin(
            span.getStartEpochNanos(),
            stream,
            span.getResource(),
            span.getInstrumentationScopeInfo());
    attributes(span.getAttributes(), EcsNames.RECORD, document);
    ids(span.getSpanContext(), document);
    if (SpanId.isValid(span.getParentSpanId())) {
      document.put("parent.id", span.getParentSpanId());
    }
    document.put("span.name", span.getName());
    document.put("span.kind", span.getKind().name());
    document.put(
        "event.duration", Math.max(0, span.getEndEpochNanos() - span.getStartEpochNanos()));
    document.put(
        "event.outcome",
        switch (span.getStatus().getStatusCode()) {
          case OK -> "success";
          case ERROR -> "failure";
          case UNSET -> "unknown";
        });
    text("event.reason", span.getStatus().getDescription(), document);
    if (!span.getLinks().isEmpty()) {
      document.put("span.links", (Field) field -> links(span.getLinks(), field));
    }
    write(document, out);
  }

  @Override
  public void event(SpanData span, EventData event, DataStream stream, JsonOutput out) {
    Map<String, Object> document =
        begin(
            event.getEpochNanos(), stream, span.getResource(), span.getInstrumentationScopeInfo());
    attributes(event.getAttributes(), EcsNames.RECORD, document);
    ids(span.getSpanContext(), document);
    document.put("event.action", event.getName());
    write(document, out);
  }

  @Override
  public void log(LogRecordData record, DataStream stream, JsonOutput out) {
    long time = record.getTimestampEpochNanos();
    Map<String, Object> document =
        begin(
            time == 0 ? record.getObservedTimestampEpochNanos() : time,
            stream,
            record.getResource(),
            record.getInstrumentationScopeInfo());
    attributes(record.getAttributes(), EcsNames.RECORD, document);
    if (record.getSpanContext().isValid()) {
      ids(record.getSpanContext(), document);
    }
    text("event.action", record.getEventName(), document);
    text("log.level", record.getSeverityText(), document);
    if (record.getSeverity().getSeverityNumber() > 0) {
      document.put("event.severity", (long) record.getSeverity().getSeverityNumber());
    }
    Value<?> body = record.getBodyValue();
    if (body != null && body.getType() != ValueType.EMPTY) {
      document.put("message", body.getType() == ValueType.STRING ? body : body.asString());
    }
    write(document, out);
  }

  @Override
  public void metrics(MetricGroup group, JsonOutput out) {
    MetricGroup.Series series = group.series();
    Map<String, Object> document =
        begin(series.epochMillis() * 1_000_000, series.stream(), series.resource(), series.scope());
    attributes(series.attributes(), Map.of(), document);
    for (int i = 0; i < group.size(); i++) {
      int index = i;
      document.put(
          group.metric(i).getName(),
          (Field) field -> MetricValue.write(group.metric(index), group.point(index), field));
    }
    write(document, out);
  }

  /** A value that writes itself. */
  @FunctionalInterface
  private interface Field {
    void write(JsonOutput out);
  }

  private static Map<String, Object> begin(
      long epochNanos, DataStream stream, Resource resource, InstrumentationScopeInfo scope) {
    Map<String, Object> document = new LinkedHashMap<>();
    attributes(resource.getAttributes(), EcsNames.RESOURCE, document);
    Object hostName = document.get("host.name");
    if (hostName != null) {
      document.put("host.hostname", hostName);
    }
    attributes(scope.getAttributes(), Map.of(), document);
    agent(resource.getAttributes(), document);
    osType(resource.getAttributes().get(OS_TYPE), document);
    text("otel.scope.name", scope.getName(), document);
    document.put(TIMESTAMP, Timestamps.iso(epochNanos));
    document.put("data_stream.type", stream.type());
    document.put(DataStream.DATASET_KEY, stream.dataset());
    document.put(DataStream.NAMESPACE_KEY, stream.namespace());
    return document;
  }

  private static void attributes(
      Attributes attributes, Map<String, String> names, Map<String, Object> document) {
    attributes.forEach(
        (key, value) -> {
          String name = names.getOrDefault(key.getKey(), key.getKey());
          if (!name.isEmpty() && !name.startsWith(ROUTING_PREFIX) && !name.equals(TIMESTAMP)) {
            document.put(name, value);
          }
        });
  }

  private static void agent(Attributes resource, Map<String, Object> document) {
    String language = resource.get(SDK_LANGUAGE);
    String distribution = resource.get(DISTRO_NAME);
    String name = resource.get(SDK_NAME);
    StringBuilder agent = new StringBuilder(name == null ? "otlp" : name);
    if (distribution != null) {
      agent.append('/').append(language == null ? "unknown" : language).append('/');
      agent.append(distribution);
    } else if (language != null) {
      agent.append('/').append(language);
    }
    document.put("agent.name", agent.toString());
    String version = resource.get(DISTRO_VERSION);
    text("agent.version", version == null ? resource.get(SDK_VERSION) : version, document);
  }

  private static void osType(@Nullable String type, Map<String, Object> document) {
    String known =
        switch (type == null ? "" : type.toLowerCase(Locale.ROOT)) {
          case "windows" -> "windows";
          case "linux" -> "linux";
          case "darwin" -> "macos";
          case "aix", "hpux", "solaris" -> "unix";
          default -> "";
        };
    text("host.os.type", known, document);
  }

  private static void ids(SpanContext context, Map<String, Object> document) {
    document.put("trace.id", context.getTraceId());
    document.put("span.id", context.getSpanId());
  }

  private static void text(String name, @Nullable String text, Map<String, Object> document) {
    if (text != null && !text.isEmpty()) {
      document.put(name, text);
    }
  }

  private static void write(Map<String, Object> document, JsonOutput out) {
    out.raw('{');
    document.forEach(
        (name, value) -> {
          out.comma();
          out.quoted(name);
          out.raw(':');
          if (value instanceof Field field) {
            field.write(out);
          } else {
            out.value(value);
          }
        });
    out.raw('}');
  }

  private static void links(List<LinkData> links, JsonOutput out) {
    out.raw('[');
    for (LinkData link : links) {
      SpanContext context = link.getSpanContext();
      out.comma();
      out.ascii("{\"trace.id\":\"" + context.getTraceId());
      out.ascii("\",\"span.id\":\"" + context.getSpanId() + "\"}");
    }
    out.raw(']');
  }
}
