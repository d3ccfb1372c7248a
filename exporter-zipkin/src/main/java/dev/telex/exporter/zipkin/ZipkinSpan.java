/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import io.opentelemetry.api.trace.SpanKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span as Zipkin has it. One object is used for all spans of a batch, one after the other, and so
 * are its tags and the list of its annotations.
 */
final class ZipkinSpan {

  /** An event at a time in microseconds since the epoch. */
  record Annotation(long timestamp, String value) {}

  /** 32 hexadecimal digits, or 16. */
  String traceId = "";

  /** 16 hexadecimal digits; null for a root span. */
  @Nullable String parentId;

  /** 16 hexadecimal digits. */
  String id = "";

  /** INTERNAL stands for none. */
  SpanKind kind = SpanKind.INTERNAL;

  /** Empty for none. */
  String name = "";

  /** In microseconds since the epoch; 0 for none. */
  long timestamp;

  /** In microseconds; 0 for none. */
  long duration;

  Endpoint local = Endpoint.NONE;
  Endpoint remote = Endpoint.NONE;
  final List<Annotation> annotations = new ArrayList<>();
  final Tags tags = new Tags();
}
