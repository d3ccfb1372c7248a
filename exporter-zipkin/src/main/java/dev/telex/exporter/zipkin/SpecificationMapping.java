/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.JsonText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ZipkinDialect#SPECIFICATION}. */
final class SpecificationMapping extends SpanMapping {

  /**
   * Where a peer may stand, in the order of the specification's table, "Remote endpoint".
   *
   * @param isAddress whether it is the address of a socket, and no name
   * @param portKey where its port stands
   */
  private record Peer(String key, boolean isAddress, @Nullable String portKey) {

    static Peer name(String key) {
      return new Peer(key, false, null);
    }
  }

  private static final List<Peer> PEERS =
      List.of(
          Peer.name("peer.service"),
          Peer.name("server.address"),
          Peer.name("net.peer.name"),
          new Peer("network.peer.address", true, "network.peer.port"),
          Peer.name("server.socket.domain"),
          new Peer("server.socket.address", true, "server.socket.port"),
          Peer.name("net.sock.peer.name"),
          new Peer("net.sock.peer.addr", true, "net.sock.peer.port"),
          Peer.name("peer.hostname"),
          new Peer("peer.address", true, null),
          Peer.name("db.name"));

  private static final AttributeKey<String> SERVICE_NAMESPACE =
      AttributeKey.stringKey("service.namespace");
  private static final String ERROR = "error";

  private final @Nullable InetAddress localAddress;
  private @Nullable String namespace;

  SpecificationMapping(@Nullable InetAddress localAddress) {
    this.localAddress = localAddress;
  }

  @Override
  void resource(Resource resource) {
    String service = resource.getAttribute(SERVICE_NAME);
    if (service == null || service.isEmpty()) {
      service = Resource.getDefault().getAttribute(SERVICE_NAME);
    }
    out.local = Endpoint.named(service == null ? "unknown_service" : service, localAddress);
    namespace = resource.getAttribute(SERVICE_NAMESPACE);
  }

  @Override
  void describe(SpanData span) {
    putAll(span.getAttributes());
    boolean calls = span.getKind() == SpanKind.CLIENT || span.getKind() == SpanKind.PRODUCER;
    out.remote = calls ? peer() : Endpoint.NONE;
    if (namespace != null) {
      tags.putIfAbsent(SERVICE_NAMESPACE.getKey(), namespace);
    }
    scope(span.getInstrumentationScopeInfo());
    dropped("attributes", span.getTotalAttributeCount() - span.getAttributes().size());
    dropped("events", span.getTotalRecordedEvents() - span.getEvents().size());
    dropped("links", span.getTotalRecordedLinks() - span.getLinks().size());
    status(span.getStatus());
  }

  @Override
  String annotation(EventData event) {
    int dropped = event.getDroppedAttributesCount();
    if (event.getAttributes().isEmpty() && dropped <= 0) {
      return event.getName();
    }
    JsonText json = new JsonText();
    json.quoted(event.getName()).raw(":").attributes(event.getAttributes(), dropped);
    return json.toString();
  }

  private Endpoint peer() {
    for (Peer peer : PEERS) {
      String value = tags.get(peer.key());
      if (value == null || value.isEmpty()) {
        continue;
      }
      InetAddress address = peer.isAddress() ? IpLiterals.parse(value) : null;
      if (address == null) {
        // Such as the path of a socket: a name at any rate.
        return Endpoint.named(value, null);
      }
      return new Endpoint(
          "", address, peer.portKey() == null ? 0 : Endpoint.port(tags.get(peer.portKey())));
    }
    return Endpoint.NONE;
  }

  private void scope(InstrumentationScopeInfo scope) {
    putAbsent(scope.getAttributes());
    if (!scope.getName().isEmpty()) {
      tags.put("otel.scope.name", scope.getName());
      tags.put("otel.library.name", scope.getName());
    }
    String version = scope.getVersion();
    if (version != null && !version.isEmpty()) {
      tags.put("otel.scope.version", version);
      tags.put("otel.library.version", version);
    }
  }

  private void dropped(String what, int count) {
    if (count > 0) {
      tags.put("otel.dropped_" + what + "_count", Integer.toString(count));
    }
  }

  private void status(StatusData status) {
    switch (status.getStatusCode()) {
      case UNSET -> {}
      case OK -> tags.put("otel.status_code", "OK");
      case ERROR -> {
        tags.put("otel.status_code", "ERROR");
        String known = tags.get(ERROR);
        boolean says = known != null && !known.equals("false");
        if (!status.getDescription().isEmpty() || !says) {
          tags.put(ERROR, status.getDescription());
        }
        return;
      }
    }
    if ("false".equals(tags.get(ERROR))) {
      tags.remove(ERROR);
    }
  }
}
