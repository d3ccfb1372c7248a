/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.AttributeText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes Zipkin's spans of OpenTelemetry's, one after the other: ids, kind, name and times here, and
 * endpoints, tags and annotations by a dialect. Not safe for use by several threads.
 */
abstract class SpanMapping {

  static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");

  private static final long NANOS_PER_MICRO = 1_000;
  private static final String NO_UPPER_HALF = "0".repeat(16);

  final ZipkinSpan out = new ZipkinSpan();
  final Tags tags = out.tags;

  private @Nullable Resource lastResource;

  /**
   * The span as Zipkin has it.
   *
   * @return the same object each time
   * @throws IllegalArgumentException if it has no valid ids
   */
  final ZipkinSpan map(SpanData span) {
    identify(span);
    time(span.getStartEpochNanos(), span.getEndEpochNanos());
    out.kind = span.getKind();
    // "In lowercase" (zipkin.proto); Zipkin makes it so if we don't.
    out.name = span.getName().toLowerCase(Locale.ROOT);
    Resource resource = span.getResource();
    if (resource != lastResource) {
      resource(resource);
      lastResource = resource;
    }
    tags.clear();
    describe(span);
    annotate(span.getEvents());
    return out;
  }

  /** Told of the resource of the spans that follow. */
  abstract void resource(Resource resource);

  /** Endpoints and tags; the tags are empty before. */
  abstract void describe(SpanData span);

  /** An event as text. */
  abstract String annotation(EventData event);

  /** Attributes as tags, in the place of others that have their keys. */
  final void putAll(Attributes attributes) {
    attributes.forEach((key, value) -> tags.put(key.getKey(), AttributeText.of(key, value)));
  }

  /** Attributes as tags, but for those that there are already. */
  final void putAbsent(Attributes attributes) {
    attributes.forEach(
        (key, value) -> tags.putIfAbsent(key.getKey(), AttributeText.of(key, value)));
  }

  private void identify(SpanData span) {
    String traceId = span.getTraceId();
    String id = span.getSpanId();
    if (!TraceId.isValid(traceId) || !SpanId.isValid(id)) {
      throw new IllegalArgumentException(
          "the ids of a span are '"
              + traceId
              + "' and '"
              + id
              + "': want 32 and 16 hexadecimal digits, not all of them zero");
    }
    out.traceId = traceId.startsWith(NO_UPPER_HALF) ? traceId.substring(16) : traceId;
    out.id = id;
    String parentId = span.getParentSpanId();
    out.parentId = SpanId.isValid(parentId) ? parentId : null;
  }

  private void time(long startNanos, long endNanos) {
    // "Timestamps at or before epoch are invalid" (zipkin2.Span).
    out.timestamp = Math.max(0, startNanos / NANOS_PER_MICRO);
    // Zero is unknown: "durations of less than one are rounded up" (zipkin.proto).
    boolean known = startNanos > 0 && endNanos > 0;
    out.duration = known ? Math.max(1, (endNanos - startNanos) / NANOS_PER_MICRO) : 0;
  }

  private void annotate(List<EventData> events) {
    out.annotations.clear();
    for (EventData event : events) {
      out.annotations.add(
          new ZipkinSpan.Annotation(event.getEpochNanos() / NANOS_PER_MICRO, annotation(event)));
    }
  }
}
