/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array of spans in JSON (openzipkin/zipkin-api, {@code zipkin2-api.yaml}). */
final class JsonSpanWriter implements SpanWriter {

  private static final byte[] TRACE_ID = bytes("{\"traceId\":\"");
  private static final byte[] PARENT_ID = bytes("\",\"parentId\":\"");
  private static final byte[] ID = bytes("\",\"id\":\"");
  private static final byte[] KIND = bytes("\",\"kind\":\"");
  private static final byte[] NAME = bytes(",\"name\":");
  private static final byte[] TIMESTAMP = bytes(",\"timestamp\":");
  private static final byte[] DURATION = bytes(",\"duration\":");
  private static final byte[] LOCAL_ENDPOINT = bytes(",\"localEndpoint\":{");
  private static final byte[] REMOTE_ENDPOINT = bytes(",\"remoteEndpoint\":{");
  private static final byte[] SERVICE_NAME = bytes("\"serviceName\":");
  private static final byte[] IPV4 = bytes("\"ipv4\":\"");
  private static final byte[] IPV6 = bytes("\"ipv6\":\"");
  private static final byte[] PORT = bytes("\"port\":");
  private static final byte[] ANNOTATIONS = bytes(",\"annotations\":[");
  private static final byte[] AT = bytes("{\"timestamp\":");
  private static final byte[] VALUE = bytes(",\"value\":");
  private static final byte[] TAGS = bytes(",\"tags\":{");

  private final ZipkinOutput out = new ZipkinOutput();
  private boolean first = true;

  JsonSpanWriter() {
    out.raw('[');
  }

  @Override
  public void write(ZipkinSpan span) {
    if (!first) {
      out.raw(',');
    }
    first = false;
    out.raw(TRACE_ID);
    out.ascii(span.traceId);
    if (span.parentId != null) {
      out.raw(PARENT_ID);
      out.ascii(span.parentId);
    }
    out.raw(ID);
    out.ascii(span.id);
    switch (span.kind) {
      case INTERNAL -> {}
      case CLIENT, SERVER, PRODUCER, CONSUMER -> {
        out.raw(KIND);
        out.ascii(span.kind.name());
      }
    }
    out.raw('"');
    if (!span.name.isEmpty()) {
      out.raw(NAME);
      out.quoted(span.name);
    }
    if (span.timestamp != 0) {
      out.raw(TIMESTAMP);
      out.ascii(Long.toString(span.timestamp));
    }
    if (span.duration != 0) {
      out.raw(DURATION);
      out.ascii(Long.toString(span.duration));
    }
    endpoint(LOCAL_ENDPOINT, span.local);
    endpoint(REMOTE_ENDPOINT, span.remote);
    annotations(span.annotations);
    tags(span.tags);
    out.raw('}');
  }

  @Override
  public byte[] end() {
    out.raw(']');
    return out.take();
  }

  private void endpoint(byte[] field, Endpoint endpoint) {
    if (endpoint.isNone()) {
      return;
    }
    out.raw(field);
    boolean comma = false;
    if (!endpoint.serviceName().isEmpty()) {
      out.raw(SERVICE_NAME);
      out.quoted(endpoint.serviceName());
      comma = true;
    }
    InetAddress address = endpoint.address();
    if (address != null) {
      comma(comma);
      out.raw(address instanceof Inet4Address ? IPV4 : IPV6);
      out.ascii(IpLiterals.format(address));
      out.raw('"');
      comma = true;
    }
    if (endpoint.port() != 0) {
      comma(comma);
      out.raw(PORT);
      out.ascii(Integer.toString(endpoint.port()));
    }
    out.raw('}');
  }

  private void annotations(List<ZipkinSpan.Annotation> annotations) {
    if (annotations.isEmpty()) {
      return;
    }
    out.raw(ANNOTATIONS);
    for (int i = 0; i < annotations.size(); i++) {
      comma(i > 0);
      out.raw(AT);
      out.ascii(Long.toString(annotations.get(i).timestamp()));
      out.raw(VALUE);
      out.quoted(annotations.get(i).value());
      out.raw('}');
    }
    out.raw(']');
  }

  private void tags(Tags tags) {
    if (tags.isEmpty()) {
      return;
    }
    out.raw(TAGS);
    boolean comma = false;
    for (int i = 0; i < tags.entries(); i++) {
      @Nullable String value = tags.value(i);
      if (value != null) {
        comma(comma);
        out.quoted(tags.key(i));
        out.raw(':');
        out.quoted(value);
        comma = true;
      }
    }
    out.raw('}');
  }

  private void comma(boolean needed) {
    if (needed) {
      out.raw(',');
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
