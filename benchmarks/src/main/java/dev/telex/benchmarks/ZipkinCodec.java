/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.codec.SpanBytesEncoder;

/**
 * The way of OpenTelemetry's Zipkin exporter (1.64, the last that there is): a {@code zipkin2.Span}
 * of each span, and of those a list by Zipkin's own encoder. Knows what the spans of {@link
 * Workload} have, and nothing more.
 */
final class ZipkinCodec {

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> SERVER_ADDRESS =
      AttributeKey.stringKey("server.address");

  private ZipkinCodec() {}

  static byte[] encode(Batch batch, SpanBytesEncoder encoder) {
    List<Span> spans = new ArrayList<>(batch.itemCount());
    for (SpanData span : batch.spans()) {
      spans.add(span(span));
    }
    return encoder.encodeList(spans);
  }

  private static Span span(SpanData span) {
    long start = span.getStartEpochNanos() / 1000;
    Span.Builder out =
        Span.newBuilder()
            .traceId(span.getTraceId())
            .id(span.getSpanId())
            .name(span.getName())
            .timestamp(start)
            .duration(Math.max(1, (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1000))
            .localEndpoint(
                Endpoint.newBuilder()
                    .serviceName(span.getResource().getAttribute(SERVICE_NAME))
                    .build());
    if (span.getParentSpanContext().isValid()) {
      out.parentId(span.getParentSpanId());
    }
    if (span.getKind() != SpanKind.INTERNAL) {
      out.kind(Span.Kind.valueOf(span.getKind().name()));
    }
    if (span.getKind() == SpanKind.CLIENT) {
      out.remoteEndpoint(
          Endpoint.newBuilder().serviceName(span.getAttributes().get(SERVER_ADDRESS)).build());
    }
    span.getAttributes().forEach((key, value) -> out.putTag(key.getKey(), value.toString()));
    if (span.getStatus().getStatusCode() != StatusCode.UNSET) {
      out.putTag("otel.status_code", span.getStatus().getStatusCode().name());
    }
    if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
      out.putTag("error", span.getStatus().getDescription());
    }
    InstrumentationScopeInfo scope = span.getInstrumentationScopeInfo();
    out.putTag("otel.scope.name", scope.getName());
    out.putTag("otel.library.name", scope.getName());
    for (EventData event : span.getEvents()) {
      out.addAnnotation(event.getEpochNanos() / 1000, annotation(event));
    }
    return out.build();
  }

  private static String annotation(EventData event) {
    StringBuilder text = new StringBuilder("\"" + event.getName() + "\":{");
    Attributes attributes = event.getAttributes();
    attributes.forEach(
        (key, value) ->
            text.append(text.charAt(text.length() - 1) == '{' ? "" : ",")
                .append('"')
                .append(key.getKey())
                .append("\":\"")
                .append(value)
                .append('"'));
    return text.append('}').toString();
  }
}
