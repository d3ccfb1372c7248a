/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.tcp.EventProto.Event;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may do, and for how long. */
class ClientLimitsTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
  private final TcpExporterBuilder builder =
      TcpExporter.builder()
          .listen("127.0.0.1", 0)
          .sendBufferBytes(4096)
          .nanoTime(nanos::get)
          .flushTimeout(Duration.ofNanos(1))
          .stallTimeout(Duration.ofMinutes(1))
          .handshakeTimeout(Duration.ofSeconds(10));

  private TcpExporter exporter = builder.build();

  @AfterEach
  void close() throws Exception {
    Await.result(exporter.shutdown(Duration.ZERO));
  }

  private void build() {
    exporter.shutdown(Duration.ZERO);
    exporter = builder.build();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    exporter.wake();
  }

  @Test
  void oneTooManyIsNotLetIn() throws Exception {
    builder.maxClients(1);
    build();
    try (StreamClient first = StreamClient.listening(exporter);
        StreamClient second = StreamClient.connect(exporter)) {
      assertThat(second.untilTheEnd()).isEmpty();
      assertThat(exporter.stats().closed()).containsEntry(TcpCloseReason.TOO_MANY_CLIENTS, 1L);
      export(Metrics.batch(1, "a"));
      assertThat(first.values(1)).hasSize(2);
    }
    Await.until(() -> exporter.stats().connections() == 0);
    StreamClient.listening(exporter).close();
    assertThat(exporter.stats().accepted()).isEqualTo(3);
  }

  @Test
  void whoTakesNothingIsDisconnected() throws Exception {
    builder.maxQueueMessages(5000);
    build();
    try (Socket stuck = new Socket()) {
      stuck.setReceiveBufferSize(4096);
      stuck.connect(exporter.address());
      Await.until(() -> exporter.stats().clients().size() == 1);
      // An idle client is none that takes nothing.
      pass(Duration.ofDays(1));
      settle();
      assertThat(exporter.stats().clients()).hasSize(1);

      // When it has lost messages more waits than the buffers of both sockets take.
      while (!exporter.stats().dropped().containsKey(TcpDropReason.SLOW_CLIENT)) {
        export(Metrics.batch(1, "a", "b", "c", "d", "e"));
      }
      pass(Duration.ofSeconds(59));
      settle();
      assertThat(exporter.stats().clients()).hasSize(1);
      assertThat(exporter.stats().clients().get(0).lag())
          .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(60));
      // The minute is one since it last took something, which the buffers may have just done.
      Await.until(
          () -> {
            pass(Duration.ofSeconds(1));
            return exporter.stats().clients().isEmpty();
          });
      assertThat(exporter.stats().closed()).containsOnlyKeys(TcpCloseReason.STALLED);
      assertThat(exporter.stats().dropped()).containsKey(TcpDropReason.DISCONNECTED);
    }
  }

  /** A flush whose time is over has seen every client. */
  private void settle() throws Exception {
    var flushed = exporter.flush();
    pass(Duration.ofNanos(1));
    Await.result(flushed);
  }

  @Test
  void whoSendsTooMuchIsDisconnected() throws Exception {
    builder.maxClientBytes(100);
    build();
    try (StreamClient client = StreamClient.listening(exporter)) {
      client.send(new byte[100]);
      export(Metrics.batch(1, "a"));
      client.values(1);
      client.send(new byte[1]);
      client.untilTheEnd();
      assertThat(exporter.stats().closed()).containsEntry(TcpCloseReason.SENT_TOO_MUCH, 1L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"öpen\n", "öpen\r\n", "öpen\nand more"})
  void theRightHelloOpens(String hello) throws Exception {
    builder.secret("öpen");
    build();
    try (StreamClient client = StreamClient.connect(exporter)) {
      byte[] bytes = hello.getBytes(StandardCharsets.UTF_8);
      for (byte one : bytes) {
        assertThat(exporter.stats().closed()).isEmpty();
        client.send(new byte[] {one});
      }
      Await.until(() -> exporter.stats().clients().size() == 1);
      export(Metrics.batch(1, "a"));
      assertThat(client.events(2)).extracting(Event::name).containsOnly("a");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "ope\n",
        "opens\n",
        "opem\n",
        "open \n",
        "opennnnnnnnn",
        "GET / HTTP/1.1\r\n"
      })
  void aWrongHelloDoesNot(String hello) throws Exception {
    builder.secret("open");
    build();
    try (StreamClient client = StreamClient.connect(exporter)) {
      client.send(hello.getBytes(StandardCharsets.UTF_8));
      assertThat(client.untilTheEnd()).isEmpty();
      assertThat(exporter.stats().closed()).containsEntry(TcpCloseReason.HANDSHAKE, 1L);
    }
  }

  @Test
  void noHelloInTimeDoesNot() throws Exception {
    builder.secret("open");
    build();
    try (StreamClient client = StreamClient.connect(exporter)) {
      Await.until(() -> exporter.stats().connections() == 1);
      client.send(new byte[] {'o'});
      // Who has said nothing yet does not listen.
      Batch batch = Metrics.batch(1, "a");
      assertThat(Await.result(exporter.export(batch, ExportContext.none())).accepted()).isZero();
      pass(Duration.ofSeconds(9));
      assertThat(exporter.stats().closed()).isEmpty();
      pass(Duration.ofSeconds(1));
      assertThat(client.untilTheEnd()).isEmpty();
      assertThat(exporter.stats().closed()).containsEntry(TcpCloseReason.HANDSHAKE, 1L);
    }
  }

  @Test
  void moreMetricsThanThereMayBeAreRefused() throws Exception {
    builder.maxMetrics(2);
    build();
    try (StreamClient client = StreamClient.listening(exporter)) {
      Batch batch =
          Batch.metrics(
              List.of(
                  Metrics.counter("a", 1, 2),
                  Metrics.counter("b", 3),
                  Metrics.counter("c", 4, 5, 6),
                  Metrics.counter("a", 7)));
      ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
      assertThat(result.status()).isEqualTo(ExportResult.Status.PARTIAL);
      assertThat(result.accepted()).isEqualTo(4);
      assertThat(result.rejected()).isEqualTo(3);
      assertThat(batch.encodingStats().encodings()).isEqualTo(1);
      assertThat(client.values(4))
          .extracting(Event::name)
          .containsExactly("a", "b", "a", "a", "b", "a");
      assertThat(exporter.stats().dropped()).containsEntry(TcpDropReason.TOO_MANY_METRICS, 3L);
      assertThat(exporter.stats().metrics()).isEqualTo(2);

      Batch none = Metrics.batch(1, "d");
      ExportResult refused = Await.result(exporter.export(none, ExportContext.none()));
      assertThat(refused.accepted()).isZero();
      assertThat(refused.rejected()).isEqualTo(1);
    }
  }

  private void export(Batch batch) throws Exception {
    ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
    assertThat(result.accepted()).isEqualTo(batch.itemCount());
  }
}
