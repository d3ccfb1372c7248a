/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What flush and shutdown say is so. */
class FlushAndShutdownTest {

  /** Many times what the buffers of two small sockets take. */
  private static final int QUEUE_MESSAGES = 5000;

  private final AtomicLong nanos = new AtomicLong();
  private final TcpExporter exporter =
      TcpExporter.builder()
          .listen("127.0.0.1", 0)
          .maxQueueMessages(QUEUE_MESSAGES)
          .sendBufferBytes(4096)
          .nanoTime(nanos::get)
          .build();

  @AfterEach
  void close() {
    exporter.shutdown(Duration.ZERO);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    exporter.wake();
  }

  @Test
  void whatWasTakenIsSuccess() throws Exception {
    assertThat(Await.result(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
    try (StreamClient client = StreamClient.listening(exporter)) {
      for (int i = 0; i < 900; i++) {
        export(Metrics.batch(i, "a"));
      }
      assertThat(Await.result(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
      assertThat(exporter.stats().clients().get(0).sentMessages()).isEqualTo(900);
      assertThat(client.values(900)).hasSize(901);
    }
  }

  @Test
  void whoHasNotTakenAllInTimeIsNamedByNumber() throws Exception {
    try (Socket stuck = stuck();
        StreamClient fast = StreamClient.listening(exporter)) {
      overflow();
      CompletionStage<ExportResult> flush = exporter.flush();
      Await.until(() -> waitingFor(stuck) > 0 && waitingFor(fast.socket()) == 0);
      pass(Duration.ofSeconds(5));
      ExportResult late = Await.result(flush);
      assertThat(late.status()).isEqualTo(Status.RETRYABLE);
      assertThat(late.message().orElse(""))
          .isEqualTo("1 of 2 clients have not taken everything within PT5S");
      assertThat(fast.values(1)).isNotEmpty();
    }
  }

  @Test
  void whatALeavingClientLostIsCounted() throws Exception {
    try (Socket stuck = stuck()) {
      long exported = overflow();
      CompletionStage<ExportResult> flush = exporter.flush();
      reset(stuck);
      ExportResult result = Await.result(flush);
      assertThat(result.status()).isEqualTo(Status.PARTIAL);
      TcpStats stats = exporter.stats();
      assertThat(stats.dropped())
          .containsOnlyKeys(TcpDropReason.SLOW_CLIENT, TcpDropReason.DISCONNECTED);
      // What had been dropped before, but not yet missed by the client, is among them or not.
      assertThat((long) result.rejected())
          .isBetween(stats.dropped().get(TcpDropReason.DISCONNECTED), sum(stats.dropped()));
      assertThat(stats.sentMessages() + sum(stats.dropped())).isEqualTo(exported);
    }
  }

  @Test
  void whatTheGraceDidNotSufficeForIsShutdown() throws Exception {
    try (Socket stuck = stuck()) {
      long exported = overflow();
      CompletionStage<ExportResult> shutdown = exporter.shutdown(Duration.ofSeconds(10));
      CompletionStage<ExportResult> flush = exporter.flush();
      assertThat(
              Await.result(exporter.export(Metrics.batch(1, "a"), ExportContext.none())).status())
          .isEqualTo(Status.SHUTDOWN);
      // A second one does not shorten the grace of the first.
      CompletionStage<ExportResult> again = exporter.shutdown(Duration.ZERO);
      pass(Duration.ofSeconds(9));
      assertThat(shutdown.toCompletableFuture().isDone()).isFalse();
      pass(Duration.ofSeconds(1));
      ExportResult result = Await.result(shutdown);
      assertThat(result.status()).isEqualTo(Status.SHUTDOWN);
      TcpStats stats = exporter.stats();
      assertThat(stats.dropped())
          .containsOnlyKeys(TcpDropReason.SLOW_CLIENT, TcpDropReason.SHUTDOWN);
      assertThat(stats.sentMessages() + sum(stats.dropped())).isEqualTo(exported);
      assertThat(result.message().orElse(""))
          .isEqualTo(
              stats.dropped().get(TcpDropReason.SHUTDOWN)
                  + " messages for 1 clients were not sent within the grace");
      assertThat(Await.result(again).status()).isEqualTo(Status.SHUTDOWN);
      assertThat(stuck.isConnected()).isTrue();
      assertThat(Await.result(flush).status()).isNotEqualTo(Status.SUCCESS);
      assertThat(Await.result(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
    }
  }

  @Test
  void aShutdownLetsTheClientsHaveWhatThereIs() throws Exception {
    try (StreamClient client = StreamClient.listening(exporter)) {
      for (int i = 0; i < 900; i++) {
        export(Metrics.batch(i, "a"));
      }
      assertThat(Await.result(exporter.shutdown(Duration.ofSeconds(10))).status())
          .isEqualTo(Status.SUCCESS);
      assertThat(EventProto.parse(client.untilTheEnd())).hasSize(901);
    }
  }

  private static void reset(Socket socket) throws Exception {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private Socket stuck() throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(exporter.address());
    Await.until(() -> exporter.stats().clients().size() == 1);
    return socket;
  }

  /**
   * Exports until somebody has lost messages: then more waits than the buffers of a client that
   * does not read will ever take.
   *
   * @return how many messages
   */
  private long overflow() throws Exception {
    long exported = 0;
    while (!exporter.stats().dropped().containsKey(TcpDropReason.SLOW_CLIENT)) {
      export(Metrics.batch(exported, "a", "b", "c"));
      exported += 3;
    }
    return exported;
  }

  private long waitingFor(Socket client) {
    return exporter.stats().clients().stream()
        .filter(stats -> stats.address().getPort() == client.getLocalPort())
        .mapToLong(TcpClientStats::queuedMessages)
        .sum();
  }

  private static long sum(Map<TcpDropReason, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void export(Batch batch) throws Exception {
    assertThat(Await.result(exporter.export(batch, ExportContext.none())).accepted())
        .isEqualTo(batch.itemCount());
  }
}
