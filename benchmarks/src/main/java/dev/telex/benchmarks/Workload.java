/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleUpDownCounter;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Telemetry as an instrumented HTTP service makes it, recorded by the real SDK, so that the items
 * are the SDK's own objects. The same at each run but for ids and times.
 */
final class Workload {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("network.protocol.version");
  private static final AttributeKey<String> USER_AGENT =
      AttributeKey.stringKey("user_agent.original");
  private static final AttributeKey<String> THREAD = AttributeKey.stringKey("thread.name");

  private static final List<String> ROUTES =
      List.of("/api/users/{id}", "/api/orders", "/api/orders/{id}/items", "/health", "/");
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  private static final List<String> SCOPES =
      List.of("io.opentelemetry.tomcat-10.0", "io.opentelemetry.jdbc", "com.example.shop");

  private final SplittableRandom random = new SplittableRandom(42);
  private final Resource resource =
      Resource.getDefault()
          .merge(
              Resource.create(
                  Attributes.builder()
                      .put("service.name", "shop")
                      .put("service.version", "1.4.2")
                      .put("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09")
                      .put("deployment.environment.name", "production")
                      .put("host.name", "ip-10-0-12-7.eu-west-1.compute.internal")
                      .put("process.pid", 4711L)
                      .put("process.runtime.name", "OpenJDK Runtime Environment")
                      .put("process.command_args", "java", "-jar", "/srv/shop.jar")
                      .build()));

  private Workload() {}

  /** About 500 bytes each: 11 attributes, an exception event on one in eight. */
  static Batch traces(int items) {
    Workload workload = new Workload();
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(workload.resource)
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()) {
      for (int i = 0; i < items; i++) {
        workload.span(provider.get(workload.pick(SCOPES)), i);
      }
      return Batch.traces(spans.getFinishedSpanItems());
    }
  }

  /**
   * Data points: a quarter each of counters, up-down counters of longs and doubles, and histograms.
   */
  static Batch metrics(int items) {
    return metrics(items, InMemoryMetricReader.create());
  }

  /** The same as deltas, for backends that can't subtract histograms. */
  static Batch deltaMetrics(int items) {
    return metrics(items, InMemoryMetricReader.createDelta());
  }

  private static Batch metrics(int items, InMemoryMetricReader reader) {
    Workload workload = new Workload();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setResource(workload.resource)
            .registerMetricReader(reader)
            .build()) {
      workload.instruments(provider.get("com.example.shop"), items);
      return Batch.metrics(reader.collectAllMetrics());
    }
  }

  /** A line of text with 4 attributes and a span context. */
  static Batch logs(int items) {
    Workload workload = new Workload();
    InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(workload.resource)
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(logs))
            .build()) {
      for (int i = 0; i < items; i++) {
        workload.log(provider.get(workload.pick(SCOPES)), i);
      }
      return Batch.logs(logs.getFinishedLogRecordItems());
    }
  }

  private void span(Tracer tracer, int index) {
    String route = pick(ROUTES);
    Span span =
        tracer
            .spanBuilder(pick(METHODS) + " " + route)
            .setParent(Context.root().with(parent()))
            .setSpanKind(index % 3 == 0 ? SpanKind.CLIENT : SpanKind.SERVER)
            .setAllAttributes(request(route))
            .setAttribute(SCHEME, "https")
            .setAttribute(PATH, route.replace("{id}", String.valueOf(random.nextInt(100_000))))
            .setAttribute(SERVER, "shop.example.com")
            .setAttribute(PORT, 443L)
            .setAttribute(CLIENT, "10.0." + random.nextInt(256) + "." + random.nextInt(256))
            .setAttribute(VERSION, "1.1")
            .setAttribute(
                USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
            .setAttribute(THREAD, "http-nio-8080-exec-" + random.nextInt(20))
            .startSpan();
    if (index % 8 == 0) {
      span.addEvent(
          "exception",
          Attributes.builder()
              .put("exception.type", "java.net.SocketTimeoutException")
              .put("exception.message", "Read timed out after " + random.nextInt(5000) + " ms")
              .build());
      span.setStatus(StatusCode.ERROR, "Read timed out");
    }
    span.end();
  }

  private void instruments(Meter meter, int items) {
    LongCounter requests = meter.counterBuilder("shop.requests").setUnit("{request}").build();
    LongUpDownCounter active = meter.upDownCounterBuilder("shop.requests.active").build();
    DoubleUpDownCounter load = meter.upDownCounterBuilder("shop.load").ofDoubles().build();
    DoubleHistogram duration =
        meter
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .setDescription("Duration of HTTP server requests.")
            .build();
    for (int i = 0; i < items / 4; i++) {
      Attributes attributes =
          request(pick(ROUTES)).toBuilder().put(SERVER, "shop-" + i + ".example.com").build();
      requests.add(random.nextInt(100_000), attributes);
      active.add(random.nextInt(200), attributes);
      load.add(random.nextDouble(), attributes);
      for (int j = 0; j < 20; j++) {
        duration.record(random.nextDouble() * 10, attributes);
      }
    }
  }

  private void log(Logger logger, int index) {
    logger
        .logRecordBuilder()
        .setContext(Context.root().with(parent()))
        .setSeverity(index % 8 == 0 ? Severity.WARN : Severity.INFO)
        .setSeverityText(index % 8 == 0 ? "WARN" : "INFO")
        .setBody("Order " + random.nextInt(100_000) + " accepted for user " + random.nextInt(1000))
        .setAllAttributes(request(pick(ROUTES)))
        .setAttribute(THREAD, "http-nio-8080-exec-" + random.nextInt(20))
        .emit();
  }

  private Attributes request(String route) {
    return Attributes.of(
        METHOD, pick(METHODS), ROUTE, route, STATUS, random.nextInt(8) == 0 ? 500L : 200L);
  }

  private static Span parent() {
    IdGenerator ids = IdGenerator.random();
    return Span.wrap(
        SpanContext.createFromRemoteParent(
            ids.generateTraceId(),
            ids.generateSpanId(),
            TraceFlags.getSampled(),
            TraceState.getDefault()));
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
