/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.telex.otlp.OtlpJsonReader;
import dev.telex.tls.TestIdentity;
import io.airlift.compress.zstd.ZstdInputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An OTLP server of the JDK's HTTP server, which shares no code with what is tested: it decodes
 * with {@code opentelemetry-proto}, JSON with the strict reader of otlp-encoding's tests, and zstd
 * with a decoder in pure Java. It answers with a warning in the type of the request, compressed
 * where the client takes gzip and compressed its own.
 */
final class OtlpHttpServer implements AutoCloseable {

  /** What the message of every answer says. */
  static final String WARNING = "read by the JDK's server";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  private OtlpHttpServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.start();
  }

  /**
   * A request, decoded.
   *
   * @param message null if it could not be decoded; then {@code problem} says why
   * @param wireSize of the body, still compressed
   * @param session null without TLS
   */
  record Received(
      String method,
      String path,
      com.sun.net.httpserver.Headers headers,
      long wireSize,
      @Nullable Message message,
      @Nullable Throwable problem,
      @Nullable SSLSession session) {

    List<String> headers(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  static OtlpHttpServer plain() throws IOException {
    return new OtlpHttpServer(HttpServer.create(anyPort(), 0));
  }

  /**
   * Over TLS.
   *
   * @param clients who issued the certificates of the clients it serves; null if it asks for none
   */
  static OtlpHttpServer secure(TestIdentity identity, @Nullable TestIdentity clients)
      throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    SSLContext context = identity.serverContext(clients);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters https) {
            SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
            parameters.setNeedClientAuth(clients != null);
            https.setSSLParameters(parameters);
          }
        });
    return new OtlpHttpServer(server);
  }

  int port() {
    return server.getAddress().getPort();
  }

  Received take(Duration limit) throws InterruptedException {
    Received request = received.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (request == null) {
      throw new AssertionError("no request within " + limit);
    }
    return request;
  }

  /** Takes all requests. */
  void clear() {
    received.clear();
  }

  /** How many requests nobody took yet. */
  int waiting() {
    return received.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().toString();
      String type = first(exchange, "Content-Type");
      String encoding = first(exchange, "Content-Encoding");
      Message message = null;
      Throwable problem = null;
      try {
        message = decode(path, type, decompress(encoding, body));
      } catch (IOException | AssertionError | RuntimeException e) {
        problem = e;
      }
      received.add(
          new Received(
              exchange.getRequestMethod(),
              path,
              exchange.getRequestHeaders(),
              body.length,
              message,
              problem,
              exchange instanceof HttpsExchange https ? https.getSSLSession() : null));
      answer(exchange, type, problem == null ? 200 : 400);
    }
  }

  private static String first(HttpExchange exchange, String header) {
    String value = exchange.getRequestHeaders().getFirst(header);
    return value == null ? "" : value;
  }

  private static byte[] decompress(String encoding, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    InputStream plain =
        switch (encoding) {
          case "" -> in;
          case "gzip" -> new GZIPInputStream(in);
          case "zstd" -> new ZstdInputStream(in);
          default -> throw new IOException("an encoding that was not asked for: " + encoding);
        };
    try (plain) {
      return plain.readAllBytes();
    }
  }

  private static Message decode(String path, String type, byte[] body) throws IOException {
    if (type.equals("application/json")) {
      return OtlpJsonReader.read(body);
    }
    return switch (path) {
      case "/v1/traces" -> ExportTraceServiceRequest.parseFrom(body);
      case "/v1/metrics" -> ExportMetricsServiceRequest.parseFrom(body);
      case "/v1/logs" -> ExportLogsServiceRequest.parseFrom(body);
      default -> throw new IOException("nothing is at " + path);
    };
  }

  /** A partial success that rejects nothing: field 1 of all three responses, 2 of what is in it. */
  private static void answer(HttpExchange exchange, String type, int status) throws IOException {
    byte[] warning = WARNING.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (type.equals("application/json")) {
      body.writeBytes(
          ("{\"partialSuccess\":{\"errorMessage\":\"" + WARNING + "\"}}")
              .getBytes(StandardCharsets.UTF_8));
    } else {
      body.write(0x0a);
      body.write(warning.length + 2);
      body.write(0x12);
      body.write(warning.length);
      body.writeBytes(warning);
    }
    boolean gzip =
        !first(exchange, "Content-Encoding").isEmpty()
            && first(exchange, "Accept-Encoding").contains("gzip");
    exchange.getResponseHeaders().set("Content-Type", type);
    if (gzip) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    exchange.sendResponseHeaders(status, 0);
    try (OutputStream out =
        gzip ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody()) {
      body.writeTo(out);
    }
  }
}
