/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.autoconfigured;

import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/**
 * Ten orders, with a span, a count and a log record each. With {@code telex-autoconfigure} on the
 * class path it needs only properties to send them through a chain:
 *
 * <pre>
 * java -Dotel.traces.exporter=telex -Dotel.metrics.exporter=telex -Dotel.logs.exporter=telex \
 *   "-Dtelex.chain=otlp.timeout(5s).retry(2).fallback(logging)" \
 *   -cp examples/target/quickstart.jar dev.telex.examples.autoconfigured.Autoconfigured
 * </pre>
 */
public final class Autoconfigured {

  private Autoconfigured() {}

  /** Runs the program. */
  public static void main(String[] args) {
    // Closed by its own shutdown hook as well; here, so that all is sent when main returns.
    try (OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk()) {
      Tracer tracer = sdk.getTracer("orders");
      LongCounter orders = sdk.getMeter("orders").counterBuilder("orders").build();
      Logger logger = sdk.getLogsBridge().get("orders");
      for (long order = 0; order < 10; order++) {
        Span span = tracer.spanBuilder("order").setAttribute("order.id", order).startSpan();
        orders.add(1);
        logger
            .logRecordBuilder()
            .setContext(Context.current().with(span))
            .setSeverity(Severity.INFO)
            .setBody("order " + order + " is paid")
            .emit();
        span.end();
      }
    }
  }
}
