/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.telex.exporter.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

/** A stand-in for a collector: decodes what it is sent, counts it, and can be told to fail. */
final class OtlpSink implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Map<Signal, AtomicInteger> failing = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final Map<Signal, LongAdder> items = new ConcurrentHashMap<>();
  private final Set<String> spanIds = ConcurrentHashMap.newKeySet();

  OtlpSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    for (Signal signal : Signal.values()) {
      server.createContext("/v1/" + signal.id(), exchange -> answer(exchange, signal));
    }
    server.start();
  }

  String endpoint() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  /** Answers the next requests of each signal with 503. */
  void failNext(int requests) {
    for (Signal signal : Signal.values()) {
      failing.put(signal, new AtomicInteger(requests));
    }
  }

  boolean isFailing() {
    return failing.values().stream().anyMatch(left -> left.get() > 0);
  }

  /** Requests that were answered with 503. */
  long refused() {
    return refused.sum();
  }

  /** Bytes of all request bodies, as they came over the wire. */
  long bodyBytes() {
    return bodyBytes.get();
  }

  /** Spans, data points or log records that arrived. */
  long items(Signal signal) {
    return count(signal).sum();
  }

  /** The ids of the spans that arrived. */
  Set<String> spanIds() {
    return Set.copyOf(spanIds);
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private LongAdder count(Signal signal) {
    return items.computeIfAbsent(signal, s -> new LongAdder());
  }

  private void answer(HttpExchange exchange, Signal signal) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      bodyBytes.addAndGet(body.length);
      AtomicInteger left = failing.get(signal);
      if (left != null && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        refused.increment();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      try (InputStream in =
          gzip
              ? new GZIPInputStream(new ByteArrayInputStream(body))
              : new ByteArrayInputStream(body)) {
        count(signal).add(decode(signal, in));
      }
      // An empty response message, which is zero bytes long, says that everything was taken.
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private long decode(Signal signal, InputStream in) throws IOException {
    return switch (signal) {
      case TRACES ->
          ExportTraceServiceRequest.parseFrom(in).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .peek(span -> spanIds.add(UndeliveredFile.hex(span.getSpanId().toByteArray())))
              .count();
      case METRICS ->
          ExportMetricsServiceRequest.parseFrom(in).getResourceMetricsList().stream()
              .flatMap(resource -> resource.getScopeMetricsList().stream())
              .flatMap(scope -> scope.getMetricsList().stream())
              .mapToLong(OtlpSink::points)
              .sum();
      case LOGS ->
          ExportLogsServiceRequest.parseFrom(in).getResourceLogsList().stream()
              .flatMap(resource -> resource.getScopeLogsList().stream())
              .mapToLong(scope -> scope.getLogRecordsCount())
              .sum();
    };
  }

  private static long points(Metric metric) {
    return (long) metric.getGauge().getDataPointsCount()
        + metric.getSum().getDataPointsCount()
        + metric.getHistogram().getDataPointsCount()
        + metric.getExponentialHistogram().getDataPointsCount()
        + metric.getSummary().getDataPointsCount();
  }
}
