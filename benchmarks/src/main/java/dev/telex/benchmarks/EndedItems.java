/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.ArrayList;
import java.util.List;

/** Spans that have ended and log records that were emitted, as the real SDK gives them. */
final class EndedItems {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private EndedItems() {}

  static ReadableSpan[] spans(int count) {
    List<ReadableSpan> ended = new ArrayList<>();
    SpanProcessor keeps =
        new SpanProcessor() {
          @Override
          public void onStart(Context parent, ReadWriteSpan span) {}

          @Override
          public boolean isStartRequired() {
            return false;
          }

          @Override
          public void onEnd(ReadableSpan span) {
            ended.add(span);
          }

          @Override
          public boolean isEndRequired() {
            return true;
          }
        };
    try (SdkTracerProvider provider = SdkTracerProvider.builder().addSpanProcessor(keeps).build()) {
      for (int i = 0; i < count; i++) {
        provider
            .get("benchmark")
            .spanBuilder("GET /api/orders/{id}")
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(METHOD, "GET")
            .setAttribute(ROUTE, "/api/orders/{id}")
            .setAttribute(STATUS, 200L)
            .startSpan()
            .end();
      }
    }
    return ended.toArray(new ReadableSpan[0]);
  }

  static ReadWriteLogRecord[] logs(int count) {
    List<ReadWriteLogRecord> emitted = new ArrayList<>();
    LogRecordProcessor keeps = (context, log) -> emitted.add(log);
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder().addLogRecordProcessor(keeps).build()) {
      for (int i = 0; i < count; i++) {
        provider
            .get("benchmark")
            .logRecordBuilder()
            .setSeverity(Severity.INFO)
            .setBody("GET /api/orders/4711 took 12 ms")
            .setAttribute(METHOD, "GET")
            .setAttribute(STATUS, 200L)
            .emit();
      }
    }
    return emitted.toArray(new ReadWriteLogRecord[0]);
  }
}
