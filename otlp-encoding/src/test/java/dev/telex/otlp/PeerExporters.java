/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.telex.exporter.Batch;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What OpenTelemetry's own OTLP exporters really send: the bodies that a server received. */
final class PeerExporters implements AutoCloseable {

  private final BlockingQueue<byte[]> bodies = new ArrayBlockingQueue<>(1);
  private final HttpServer server;
  private final OtlpHttpSpanExporter spans;
  private final OtlpHttpMetricExporter metrics;
  private final OtlpHttpLogRecordExporter logs;

  PeerExporters() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.start();
    String url = "http://localhost:" + server.getAddress().getPort() + "/";
    spans = OtlpHttpSpanExporter.builder().setEndpoint(url).setCompression("none").build();
    metrics = OtlpHttpMetricExporter.builder().setEndpoint(url).setCompression("none").build();
    logs = OtlpHttpLogRecordExporter.builder().setEndpoint(url).setCompression("none").build();
  }

  /** The body of the request in which they sent the items of a batch. */
  byte[] sent(Batch batch) throws InterruptedException {
    CompletableResultCode result =
        switch (batch.signal()) {
          case TRACES -> spans.export(batch.spans());
          case METRICS -> metrics.export(batch.metrics());
          case LOGS -> logs.export(batch.logs());
        };
    assertThat(result.join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
    byte @Nullable [] body = bodies.poll();
    if (body == null) {
      throw new AssertionError("the exporter sent nothing");
    }
    return body;
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      bodies.add(exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    CompletableResultCode.ofAll(
            java.util.List.of(spans.shutdown(), metrics.shutdown(), logs.shutdown()))
        .join(30, TimeUnit.SECONDS);
    server.stop(0);
  }
}
