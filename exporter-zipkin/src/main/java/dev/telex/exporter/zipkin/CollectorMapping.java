/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.JsonText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ZipkinDialect#COLLECTOR}. */
final class CollectorMapping extends SpanMapping {

  /** What stands in for a service name that is not there. */
  private static final List<AttributeKey<String>> STAND_INS =
      List.of(
          AttributeKey.stringKey("faas.name"),
          AttributeKey.stringKey("k8s.deployment.name"),
          AttributeKey.stringKey("process.executable.name"));

  private static final String NO_SERVICE_NAME = "OTLPResourceNoServiceName";

  private Attributes resourceTags = Attributes.empty();
  private String serviceName = NO_SERVICE_NAME;

  @Override
  void resource(Resource resource) {
    Attributes attributes = resource.getAttributes();
    String name = attributes.get(SERVICE_NAME);
    if (name != null) {
      serviceName = name;
      resourceTags = attributes.toBuilder().remove(SERVICE_NAME).build();
      return;
    }
    for (AttributeKey<String> key : STAND_INS) {
      String standIn = attributes.get(key);
      if (standIn != null) {
        serviceName = standIn;
        resourceTags =
            attributes.toBuilder()
                .remove(key)
                .put("otlp.service.name.source", key.getKey())
                .build();
        return;
      }
    }
    serviceName = NO_SERVICE_NAME;
    resourceTags = attributes;
  }

  @Override
  void describe(SpanData span) {
    putAll(resourceTags);
    scope(span.getInstrumentationScopeInfo());
    putAll(span.getAttributes());
    TraceState state = span.getSpanContext().getTraceState();
    if (!state.isEmpty()) {
      tags.put("w3c.tracestate", text(state));
    }
    if (span.getKind() == SpanKind.INTERNAL) {
      tags.put("span.kind", "internal");
    }
    out.local = endpoint(serviceName, "network.local.address", "net.host.port");
    out.remote = endpoint(tags.remove("peer.service"), "network.peer.address", "net.peer.port");
    status(span.getStatus());
    links(span.getLinks());
  }

  @Override
  String annotation(EventData event) {
    int dropped = Math.max(0, event.getDroppedAttributesCount());
    if (event.getAttributes().isEmpty() && dropped == 0) {
      return event.getName();
    }
    JsonText json = new JsonText();
    json.raw(event.getName()).raw("|").attributes(event.getAttributes(), 0);
    return json.raw("|").raw(Integer.toString(dropped)).toString();
  }

  private void scope(InstrumentationScopeInfo scope) {
    putAll(scope.getAttributes());
    if (!scope.getName().isEmpty()) {
      tags.put("otel.library.name", scope.getName());
    }
    String version = scope.getVersion();
    if (version != null && !version.isEmpty()) {
      tags.put("otel.library.version", version);
    }
  }

  private Endpoint endpoint(@Nullable String name, String addressKey, String portKey) {
    String addressText = tags.remove(addressKey);
    InetAddress address = addressText == null ? null : IpLiterals.parse(addressText);
    int port = Endpoint.port(tags.remove(portKey));
    String service = name == null ? "" : name;
    // A port alone is no endpoint.
    return service.isEmpty() && address == null
        ? Endpoint.NONE
        : new Endpoint(Endpoint.named(service, null).serviceName(), address, port);
  }

  private void status(StatusData status) {
    StatusCode code = status.getStatusCode();
    if (code == StatusCode.ERROR) {
      tags.put("error", "true");
    } else {
      tags.remove("error");
    }
    if (code != StatusCode.UNSET) {
      tags.put("otel.status_code", "STATUS_CODE_" + code);
      if (!status.getDescription().isEmpty()) {
        tags.put("otel.status_description", status.getDescription());
      }
    }
  }

  private void links(List<LinkData> links) {
    for (int i = 0; i < links.size(); i++) {
      LinkData link = links.get(i);
      SpanContext context = link.getSpanContext();
      boolean valid = context.isValid();
      JsonText text = new JsonText();
      text.raw(valid ? context.getTraceId() : "").raw("|");
      text.raw(valid ? context.getSpanId() : "").raw("|");
      text.raw(text(context.getTraceState())).raw("|").attributes(link.getAttributes(), 0);
      int dropped = Math.max(0, link.getTotalAttributeCount() - link.getAttributes().size());
      tags.put("otlp.link." + i, text.raw("|").raw(Integer.toString(dropped)).toString());
    }
  }

  /** As in the header of the W3C. */
  private static String text(TraceState state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }
}
