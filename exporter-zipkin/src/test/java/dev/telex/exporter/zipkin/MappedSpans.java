/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import zipkin2.Span;

/** Spans to map, and what Zipkin reads of them. */
final class MappedSpans {

  static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  static final String SPAN_ID = "b7ad6b7169203331";

  private MappedSpans() {}

  /** A span of a shop that took 2 ms. */
  static SpanData span(UnaryOperator<TestSpanData.Builder> more) {
    return more.apply(
            TestSpanData.builder()
                .setName("Checkout")
                .setKind(SpanKind.INTERNAL)
                .setSpanContext(context(TRACE_ID))
                .setResource(
                    Resource.create(Attributes.builder().put("service.name", "Shop").build()))
                .setStatus(StatusData.unset())
                .setStartEpochNanos(1_700_000_000_000_001_999L)
                .setEndEpochNanos(1_700_000_000_002_003_998L)
                .setHasEnded(true))
        .build();
  }

  static SpanContext context(String traceId) {
    return SpanContext.create(traceId, SPAN_ID, TraceFlags.getSampled(), TraceState.getDefault());
  }

  /** What Zipkin reads, the same in both formats. */
  static Span read(ZipkinDialect dialect, @Nullable String localAddress, SpanData span) {
    Span json = read(ZipkinFormat.JSON, dialect, localAddress, span);
    assertThat(read(ZipkinFormat.PROTOBUF, dialect, localAddress, span)).isEqualTo(json);
    return json;
  }

  static Span read(ZipkinDialect dialect, UnaryOperator<TestSpanData.Builder> more) {
    return read(dialect, null, span(more));
  }

  private static Span read(
      ZipkinFormat format, ZipkinDialect dialect, @Nullable String address, SpanData span) {
    ZipkinEncoding encoding =
        new ZipkinEncoding(format, dialect, address == null ? null : IpLiterals.parse(address));
    return ZipkinFixture.decode(format, encoding.encode(Batch.traces(List.of(span))).toByteArray())
        .get(0);
  }
}
