/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zipkin2.Endpoint;
import zipkin2.Span;

/**
 * The mapping once more, on Zipkin's own model, and with the API's own JSON of values: slow, plain,
 * and nothing of it shared with the exporter.
 */
final class ExpectedSpan {

  private static final List<List<String>> RANKS =
      List.of(
          List.of("peer.service"),
          List.of("server.address"),
          List.of("net.peer.name"),
          List.of("network.peer.address", "network.peer.port"),
          List.of("server.socket.domain"),
          List.of("server.socket.address", "server.socket.port"),
          List.of("net.sock.peer.name"),
          List.of("net.sock.peer.addr", "net.sock.peer.port"),
          List.of("peer.hostname"),
          List.of("peer.address", "-"),
          List.of("db.name"));

  private final SpanData span;
  private final Map<String, String> tags = new LinkedHashMap<>();

  private ExpectedSpan(SpanData span) {
    this.span = span;
  }

  static Span of(SpanData span, ZipkinDialect dialect, @Nullable String localAddress) {
    ExpectedSpan expected = new ExpectedSpan(span);
    return dialect == ZipkinDialect.SPECIFICATION
        ? expected.specification(localAddress)
        : expected.collector();
  }

  private Span specification(@Nullable String localAddress) {
    Span.Builder out = common();
    String service = span.getResource().getAttribute(AttributeKey.stringKey("service.name"));
    if (service == null || service.isEmpty()) {
      service = Resource.getDefault().getAttribute(AttributeKey.stringKey("service.name"));
    }
    Endpoint.Builder local = Endpoint.newBuilder().serviceName(wire(service));
    local.parseIp(localAddress);
    out.localEndpoint(local.build());

    // What is said first loses.
    putAll(span.getInstrumentationScopeInfo().getAttributes());
    String namespace = span.getResource().getAttribute(AttributeKey.stringKey("service.namespace"));
    if (namespace != null) {
      tags.put("service.namespace", namespace);
    }
    putAll(span.getAttributes());
    if (span.getKind() == SpanKind.CLIENT || span.getKind() == SpanKind.PRODUCER) {
      out.remoteEndpoint(peer());
    }
    boolean quiet =
        span.getStatus().getStatusCode() != StatusCode.ERROR && "false".equals(tags.get("error"));
    if (quiet) {
      tags.remove("error");
    }
    if (span.getStatus().getStatusCode() != StatusCode.UNSET) {
      tags.put("otel.status_code", span.getStatus().getStatusCode().name());
    }
    if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
      String description = span.getStatus().getDescription();
      String known = tags.getOrDefault("error", "");
      tags.put("error", !description.isEmpty() ? description : known.equals("false") ? "" : known);
    }
    for (String prefix : List.of("otel.scope.", "otel.library.")) {
      putIfAny(prefix + "name", span.getInstrumentationScopeInfo().getName());
      putIfAny(prefix + "version", span.getInstrumentationScopeInfo().getVersion());
    }
    putIfMore("attributes", span.getTotalAttributeCount(), span.getAttributes().size());
    putIfMore("events", span.getTotalRecordedEvents(), span.getEvents().size());
    putIfMore("links", span.getTotalRecordedLinks(), span.getLinks().size());

    for (EventData event : span.getEvents()) {
      Map<String, Value<?>> content = values(event.getAttributes());
      int dropped = event.getTotalAttributeCount() - event.getAttributes().size();
      String text = event.getName();
      if (!content.isEmpty() || dropped > 0) {
        if (dropped > 0) {
          content.put("otel.dropped_attributes_count", Value.of(dropped));
        }
        text = string(event.getName()) + ":" + object(content);
      }
      out.addAnnotation(event.getEpochNanos() / 1000, wire(text));
    }
    return finish(out);
  }

  private Span collector() {
    Span.Builder out = common();
    Map<String, String> resource = new LinkedHashMap<>();
    span.getResource().getAttributes().forEach((k, v) -> resource.put(k.getKey(), text(k, v)));
    String service = "OTLPResourceNoServiceName";
    for (String key :
        List.of("service.name", "faas.name", "k8s.deployment.name", "process.executable.name")) {
      String name = span.getResource().getAttribute(AttributeKey.stringKey(key));
      if (name != null) {
        service = name;
        resource.remove(key);
        if (!key.equals("service.name")) {
          resource.put("otlp.service.name.source", key);
        }
        break;
      }
    }
    tags.putAll(resource);
    putAll(span.getInstrumentationScopeInfo().getAttributes());
    putIfAny("otel.library.name", span.getInstrumentationScopeInfo().getName());
    putIfAny("otel.library.version", span.getInstrumentationScopeInfo().getVersion());
    putAll(span.getAttributes());
    putIfAny("w3c.tracestate", traceState(span.getSpanContext().getTraceState().asMap()));
    if (span.getKind() == SpanKind.INTERNAL) {
      tags.put("span.kind", "internal");
    }
    out.localEndpoint(
        socket(service, tags.remove("network.local.address"), tags.remove("net.host.port")));
    out.remoteEndpoint(
        socket(
            tags.remove("peer.service"),
            tags.remove("network.peer.address"),
            tags.remove("net.peer.port")));
    tags.remove("error");
    if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
      tags.put("error", "true");
    }
    if (span.getStatus().getStatusCode() != StatusCode.UNSET) {
      tags.put("otel.status_code", "STATUS_CODE_" + span.getStatus().getStatusCode());
      putIfAny("otel.status_description", span.getStatus().getDescription());
    }
    int number = 0;
    for (LinkData link : span.getLinks()) {
      boolean valid = link.getSpanContext().isValid();
      tags.put(
          "otlp.link." + number++,
          String.join(
              "|",
              valid ? link.getSpanContext().getTraceId() : "",
              valid ? link.getSpanContext().getSpanId() : "",
              traceState(link.getSpanContext().getTraceState().asMap()),
              object(values(link.getAttributes())),
              "" + (link.getTotalAttributeCount() - link.getAttributes().size())));
    }
    for (EventData event : span.getEvents()) {
      int dropped = event.getTotalAttributeCount() - event.getAttributes().size();
      String text = event.getName();
      if (!event.getAttributes().isEmpty() || dropped > 0) {
        text += "|" + object(values(event.getAttributes())) + "|" + dropped;
      }
      out.addAnnotation(event.getEpochNanos() / 1000, wire(text));
    }
    return finish(out);
  }

  private Span.Builder common() {
    Span.Builder out =
        Span.newBuilder()
            .traceId(span.getTraceId())
            .id(span.getSpanId())
            .name(wire(span.getName()))
            .timestamp(Math.max(0, span.getStartEpochNanos() / 1000));
    if (span.getParentSpanContext().isValid()) {
      out.parentId(span.getParentSpanId());
    }
    if (span.getKind() != SpanKind.INTERNAL) {
      out.kind(Span.Kind.valueOf(span.getKind().name()));
    }
    if (span.getStartEpochNanos() > 0 && span.getEndEpochNanos() > 0) {
      long micros = (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1000;
      out.duration(micros < 1 ? 1 : micros);
    }
    return out;
  }

  private Span finish(Span.Builder out) {
    tags.forEach((key, value) -> out.putTag(wire(key), wire(value)));
    return out.build();
  }

  private @Nullable Endpoint peer() {
    for (List<String> rank : RANKS) {
      String value = tags.get(rank.get(0));
      if (value == null || value.isEmpty()) {
        continue;
      }
      if (rank.size() == 2) {
        Endpoint socket = socket(null, value, tags.get(rank.get(1)));
        if (socket != null) {
          return socket;
        }
      }
      return Endpoint.newBuilder().serviceName(wire(value)).build();
    }
    return null;
  }

  private static @Nullable Endpoint socket(
      @Nullable String name, @Nullable String address, @Nullable String port) {
    Endpoint.Builder endpoint = Endpoint.newBuilder().serviceName(name == null ? null : wire(name));
    boolean hasAddress =
        address != null
            && endpoint.parseIp(
                // Zipkin reads no zones.
                address.replaceFirst("%.*", ""));
    if (!hasAddress && (name == null || name.isEmpty())) {
      return null;
    }
    if (port != null && port.matches("[0-9]{1,5}") && Integer.parseInt(port) < 65_536) {
      endpoint.port(Integer.parseInt(port));
    }
    return endpoint.build();
  }

  private void putAll(Attributes attributes) {
    attributes.forEach((key, value) -> tags.put(key.getKey(), text(key, value)));
  }

  private void putIfAny(String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      tags.put(key, value);
    }
  }

  private void putIfMore(String what, int total, int kept) {
    if (total > kept) {
      tags.put("otel.dropped_" + what + "_count", "" + (total - kept));
    }
  }

  private static String traceState(Map<String, String> state) {
    List<String> entries = new ArrayList<>();
    state.forEach((key, value) -> entries.add(key + "=" + value));
    return String.join(",", entries);
  }

  private static String text(AttributeKey<?> key, Object value) {
    return value(key, value).asString();
  }

  private static Map<String, Value<?>> values(Attributes attributes) {
    Map<String, Value<?>> values = new LinkedHashMap<>();
    attributes.forEach((key, value) -> values.put(key.getKey(), value(key, value)));
    return values;
  }

  private static Value<?> value(AttributeKey<?> key, Object value) {
    if (key.getType() == AttributeType.VALUE) {
      return (Value<?>) value;
    }
    if (value instanceof List<?> list) {
      List<Value<?>> elements = new ArrayList<>();
      list.forEach(element -> elements.add(scalar(element)));
      return Value.of(elements);
    }
    return scalar(value);
  }

  private static Value<?> scalar(Object value) {
    if (value instanceof Boolean flag) {
      return Value.of(flag);
    }
    if (value instanceof Long number) {
      return Value.of(number);
    }
    return value instanceof Double number ? Value.of(number) : Value.of((String) value);
  }

  private static String object(Map<String, Value<?>> content) {
    return Value.of(
            content.entrySet().stream()
                .map(entry -> KeyValue.of(entry.getKey(), entry.getValue()))
                .toArray(KeyValue[]::new))
        .asString();
  }

  private static String string(String text) {
    String array = Value.of(Value.of(text)).asString();
    return array.substring(1, array.length() - 1);
  }

  /** What is left of a text in UTF-8. */
  private static String wire(@Nullable String text) {
    return text == null
        ? ""
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
