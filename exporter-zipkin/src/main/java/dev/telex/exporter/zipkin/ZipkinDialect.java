/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What of a span goes where in Zipkin. Ids, kind, name and times are the same in all dialects: a
 * trace id whose first half is zero has 16 digits, names and service names are in lower case, times
 * are whole microseconds, and a duration of less than one is one.
 */
public enum ZipkinDialect {
  /**
   * The mapping of the OpenTelemetry specification ({@code trace/sdk_exporters/zipkin.md} and
   * {@code common/mapping-to-non-otlp.md}).
   *
   * <ul>
   *   <li>The local endpoint is the resource's {@code service.name}, or that of the default
   *       resource, and the address of this host.
   *   <li>The remote endpoint, of CLIENT and PRODUCER spans, is the first of {@code peer.service},
   *       {@code server.address}, {@code net.peer.name}, {@code network.peer.address}, {@code
   *       server.socket.domain}, {@code server.socket.address}, {@code net.sock.peer.name}, {@code
   *       net.sock.peer.addr}, {@code peer.hostname}, {@code peer.address} and {@code db.name}. A
   *       name is its service name; an address is its address, with the port that belongs to it.
   *       Only with a service name does Zipkin draw a dependency.
   *   <li>Tags are the attributes of the span and of its scope, {@code service.namespace}, {@code
   *       otel.scope.name} and {@code otel.library.name} with their versions, {@code
   *       otel.status_code}, and the counts of what was dropped. Arrays are JSON.
   *   <li>{@code error} is the description of an ERROR; without one it is the attribute of that
   *       name, or empty. Of a span without ERROR an attribute {@code error=false} is left out.
   *   <li>An event is an annotation: {@code "name":{"key":"value"}}, or its name alone if it has no
   *       attributes. Links, the trace state and other attributes of the resource have no place.
   * </ul>
   */
  SPECIFICATION,

  /**
   * The mapping of the OpenTelemetry Collector's Zipkin exporter (opentelemetry-collector-contrib,
   * {@code pkg/translator/zipkin/zipkinv2/from_translator.go}), for who searches by its tags.
   *
   * <ul>
   *   <li>All attributes of the resource are tags too, but for the one that is the service name.
   *   <li>Endpoints are {@code peer.service}, {@code network.peer.address} and {@code
   *       net.peer.port}, for spans of every kind, and {@code network.local.address} and {@code
   *       net.host.port}; these attributes are no tags. The address of this host is not known.
   *   <li>An ERROR has {@code error=true}, and every other span no {@code error}. {@code
   *       otel.status_code} is as {@code STATUS_CODE_ERROR}, and there is {@code
   *       otel.status_description}.
   *   <li>An event with attributes is {@code name|{"key":"value"}|dropped}, a link a tag {@code
   *       otlp.link.0}, the trace state {@code w3c.tracestate}, and an INTERNAL span has {@code
   *       span.kind=internal}. Of the scope there are its attributes and the {@code otel.library}
   *       tags.
   * </ul>
   */
  COLLECTOR;

  SpanMapping mapping(@Nullable InetAddress localAddress) {
    return switch (this) {
      case SPECIFICATION -> new SpecificationMapping(localAddress);
      case COLLECTOR -> new CollectorMapping();
    };
  }
}
