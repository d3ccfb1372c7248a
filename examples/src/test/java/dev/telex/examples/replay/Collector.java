/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.replay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Keeps the name of each item that it answered with success, and refuses some requests before. */
final class Collector implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toRefuse;
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> keys = new ConcurrentLinkedQueue<>();

  Collector(int toRefuse) throws IOException {
    this.toRefuse = new AtomicInteger(toRefuse);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  /** In no order. */
  List<String> taken() {
    return List.copyOf(taken);
  }

  int refused() {
    return refused.get();
  }

  /** The API keys that came with the requests. */
  List<String> keys() {
    return List.copyOf(keys);
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("api-key")));
      if (toRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        refused.incrementAndGet();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        names(exchange.getRequestURI().getPath(), in).forEach(taken::add);
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Stream<String> names(String path, InputStream in) throws IOException {
    return switch (path) {
      case "/v1/traces" ->
          ExportTraceServiceRequest.parseFrom(in).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .map(span -> span.getName());
      case "/v1/metrics" ->
          ExportMetricsServiceRequest.parseFrom(in).getResourceMetricsList().stream()
              .flatMap(resource -> resource.getScopeMetricsList().stream())
              .flatMap(scope -> scope.getMetricsList().stream())
              .flatMap(
                  metric ->
                      metric.getSum().getDataPointsList().stream()
                          .map(point -> metric.getName() + "=" + point.getAsInt()));
      case "/v1/logs" ->
          ExportLogsServiceRequest.parseFrom(in).getResourceLogsList().stream()
              .flatMap(resource -> resource.getScopeLogsList().stream())
              .flatMap(scope -> scope.getLogRecordsList().stream())
              .map(log -> log.getBody().getStringValue());
      default -> throw new IOException("nobody asked for " + path);
    };
  }
}
