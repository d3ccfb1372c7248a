/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.testkit.FaultServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server, transports to it, and a look at what is left of them after each test. */
@Timeout(120)
abstract class TransportFixture {

  static final Duration LIMIT = Duration.ofSeconds(30);
  static final byte[] BODY = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  final FaultServer server = FaultServer.start();
  private final List<HttpTransport> transports = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    transports.forEach(HttpTransport::close);
    server.awaitConnectionsOpen(0, LIMIT);
    server.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-http-")) {
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  HttpTransport transport() {
    return transport(builder -> builder);
  }

  HttpTransport transport(UnaryOperator<HttpTransport.Builder> setUp) {
    HttpTransport transport = setUp.apply(HttpTransport.builder("test")).build();
    transports.add(transport);
    return transport;
  }

  CompletableFuture<ExportResult> postAsync(HttpTransport transport, ExportContext context) {
    return postAsync(transport, BODY, context);
  }

  CompletableFuture<ExportResult> postAsync(
      HttpTransport transport, byte[] body, ExportContext context) {
    return transport
        .post(to("/x", Payload.of(body)), context, TransportFixture::map)
        .toCompletableFuture();
  }

  ExportResult post(HttpTransport transport) throws Exception {
    return get(postAsync(transport, ExportContext.none()));
  }

  HttpPost to(String path, Payload payload) {
    return HttpPost.of(HttpEndpoint.of("url", server.url(path)), "application/test", payload);
  }

  static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  static ExportResult map(HttpAnswer answer) {
    return answer.isSuccessful()
        ? ExportResult.success().withStatusCode(answer.status())
        : answer.failure(answer.textExcerpt().orElse(null));
  }

  static Payload pieces(String... pieces) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (String piece : pieces) {
      buffers.add(StandardCharsets.UTF_8.encode(piece));
    }
    return Payload.ofItems(buffers);
  }
}
