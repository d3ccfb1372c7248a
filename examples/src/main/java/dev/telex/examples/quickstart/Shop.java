/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A web shop of one endpoint and its only customer, both instrumented by hand: each order gives
 * three spans (client, server, stock), one log record, and two measurements. Every 25th order
 * fails.
 */
final class Shop implements AutoCloseable {

  static final int SPANS_AN_ORDER = 3;
  static final int LOGS_AN_ORDER = 1;

  private static final AttributeKey<Long> ORDER = AttributeKey.longKey("shop.order");
  private static final AttributeKey<Boolean> SOLD = AttributeKey.booleanKey("shop.sold");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");

  private final OpenTelemetry telemetry;
  private final Tracer tracer;
  private final Logger logger;
  private final LongCounter orders;
  private final DoubleHistogram durations;
  private final HttpServer server;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final HttpClient client = HttpClient.newHttpClient();

  Shop(OpenTelemetry telemetry) throws IOException {
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("shop");
    this.logger = telemetry.getLogsBridge().get("shop");
    this.orders = telemetry.getMeter("shop").counterBuilder("shop.orders").build();
    this.durations =
        telemetry
            .getMeter("shop")
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .build();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/order/", this::serve);
    server.start();
  }

  /** Places an order over HTTP, and waits for the answer. */
  @SuppressWarnings("try") // A scope is only closed.
  void order(long number) throws IOException, InterruptedException {
    Span span =
        tracer
            .spanBuilder("GET /order")
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute(METHOD, "GET")
            .setAttribute(ORDER, number)
            .startSpan();
    try (Scope scope = span.makeCurrent()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
              URI.create(
                  "http://"
                      + server.getAddress().getHostString()
                      + ":"
                      + server.getAddress().getPort()
                      + "/order/"
                      + number));
      telemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(Context.current(), request, HttpRequest.Builder::setHeader);
      int status =
          client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      span.setAttribute(STATUS, (long) status);
      if (status >= 400) {
        span.setStatus(StatusCode.ERROR);
      }
    } finally {
      span.end();
    }
  }

  /** Stops the server. */
  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  @SuppressWarnings("try") // A scope is only closed.
  private void serve(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    String path = exchange.getRequestURI().getPath();
    long number = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    Context parent =
        telemetry
            .getPropagators()
            .getTextMapPropagator()
            .extract(Context.current(), exchange, RequestHeaders.GETTER);
    Span span =
        tracer
            .spanBuilder("GET /order/{number}")
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(METHOD, "GET")
            .startSpan();
    int status = 200;
    try (Scope scope = span.makeCurrent()) {
      takeFromStock(number);
      logger
          .logRecordBuilder()
          .setSeverity(Severity.INFO)
          .setBody("order " + number + " sold")
          .setAttribute(ORDER, number)
          .emit();
    } catch (SoldOutException e) {
      status = 409;
      span.setStatus(StatusCode.ERROR, "sold out").recordException(e);
      logger
          .logRecordBuilder()
          .setSeverity(Severity.ERROR)
          .setBody("order " + number + " failed: sold out")
          .setAttribute(ORDER, number)
          .emit();
    } finally {
      span.setAttribute(STATUS, (long) status).end();
      orders.add(1, Attributes.of(SOLD, status == 200));
      durations.record((System.nanoTime() - start) / 1e9, Attributes.of(STATUS, (long) status));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void takeFromStock(long number) throws SoldOutException {
    Span span = tracer.spanBuilder("take from stock").setAttribute(ORDER, number).startSpan();
    try {
      if (number % 25 == 24) {
        throw new SoldOutException();
      }
    } finally {
      span.end();
    }
  }

  private static final class SoldOutException extends Exception {
    private static final long serialVersionUID = 1L;

    SoldOutException() {
      super("sold out");
    }
  }

  private enum RequestHeaders implements TextMapGetter<HttpExchange> {
    GETTER;

    @Override
    public @Nullable String get(@Nullable HttpExchange exchange, String key) {
      return exchange == null ? null : exchange.getRequestHeaders().getFirst(key);
    }
  }
}
