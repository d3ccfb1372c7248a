/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A {@code ListOfSpans} (openzipkin/zipkin-api, {@code zipkin.proto}). */
final class ProtobufSpanWriter implements SpanWriter {

  /** Wire types (protobuf encoding guide, "Message Structure"). */
  private static final int VARINT = 0;

  private static final int FIXED64 = 1;
  private static final int BYTES = 2;

  private static final int SPANS = 1 << 3 | BYTES;

  private static final int TRACE_ID = 1 << 3 | BYTES;
  private static final int PARENT_ID = 2 << 3 | BYTES;
  private static final int ID = 3 << 3 | BYTES;
  private static final int KIND = 4 << 3 | VARINT;
  private static final int NAME = 5 << 3 | BYTES;
  private static final int TIMESTAMP = 6 << 3 | FIXED64;
  private static final int DURATION = 7 << 3 | VARINT;
  private static final int LOCAL_ENDPOINT = 8 << 3 | BYTES;
  private static final int REMOTE_ENDPOINT = 9 << 3 | BYTES;
  private static final int ANNOTATIONS = 10 << 3 | BYTES;
  private static final int TAGS = 11 << 3 | BYTES;

  private static final int SERVICE_NAME = 1 << 3 | BYTES;
  private static final int IPV4 = 2 << 3 | BYTES;
  private static final int IPV6 = 3 << 3 | BYTES;
  private static final int PORT = 4 << 3 | VARINT;

  private static final int AT = 1 << 3 | FIXED64;
  private static final int VALUE = 2 << 3 | BYTES;

  private static final int MAP_KEY = 1 << 3 | BYTES;
  private static final int MAP_VALUE = 2 << 3 | BYTES;

  /** Of the lengths of spans, and of all that is in them. */
  private static final int LONG = 2;

  private static final int SHORT = 1;

  private final ZipkinOutput out = new ZipkinOutput();

  @Override
  public void write(ZipkinSpan span) {
    int begin = out.open(SPANS, LONG);
    out.hex(TRACE_ID, span.traceId);
    if (span.parentId != null) {
      out.hex(PARENT_ID, span.parentId);
    }
    out.hex(ID, span.id);
    switch (span.kind) {
      case INTERNAL -> {}
      case CLIENT -> out.number(KIND, 1);
      case SERVER -> out.number(KIND, 2);
      case PRODUCER -> out.number(KIND, 3);
      case CONSUMER -> out.number(KIND, 4);
    }
    if (!span.name.isEmpty()) {
      out.text(NAME, span.name);
    }
    if (span.timestamp != 0) {
      out.fixed64(TIMESTAMP, span.timestamp);
    }
    if (span.duration != 0) {
      out.number(DURATION, span.duration);
    }
    endpoint(LOCAL_ENDPOINT, span.local);
    endpoint(REMOTE_ENDPOINT, span.remote);
    for (ZipkinSpan.Annotation annotation : span.annotations) {
      int at = out.open(ANNOTATIONS, SHORT);
      out.fixed64(AT, annotation.timestamp());
      out.text(VALUE, annotation.value());
      out.close(at, SHORT);
    }
    tags(span.tags);
    out.close(begin, LONG);
  }

  @Override
  public byte[] end() {
    return out.take();
  }

  private void endpoint(int tag, Endpoint endpoint) {
    if (endpoint.isNone()) {
      return;
    }
    int begin = out.open(tag, SHORT);
    if (!endpoint.serviceName().isEmpty()) {
      out.text(SERVICE_NAME, endpoint.serviceName());
    }
    InetAddress address = endpoint.address();
    if (address != null) {
      out.bytes(address instanceof Inet4Address ? IPV4 : IPV6, address.getAddress());
    }
    if (endpoint.port() != 0) {
      out.number(PORT, endpoint.port());
    }
    out.close(begin, SHORT);
  }

  private void tags(Tags tags) {
    for (int i = 0; i < tags.entries(); i++) {
      @Nullable String value = tags.value(i);
      if (value != null) {
        int begin = out.open(TAGS, SHORT);
        out.text(MAP_KEY, tags.key(i));
        out.text(MAP_VALUE, value);
        out.close(begin, SHORT);
      }
    }
  }
}
