/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.tcp.EventProto.Event;
import dev.telex.tls.ServerTls;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsStreamTest {

  private static final TestIdentity CA = ServerFiles.CA;
  private static final TestIdentity OTHER_CA = TestIdentity.authority("other");

  /** Of a client that trusts the authority, and shows a certificate of it. */
  private static final SSLContext CLIENT = CA.issue("client").serverContext(CA);

  private static final SSLContext STRANGER = OTHER_CA.issue("client").serverContext(CA);

  /** No read of a client waits for longer. */
  private static final int LIMIT_MILLIS = 30_000;

  @TempDir Path files;
  private final AtomicLong nanos = new AtomicLong();
  private @Nullable TcpExporter exporter;

  @AfterEach
  void close() throws Exception {
    if (exporter != null) {
      Await.result(exporter.shutdown(Duration.ZERO));
    }
  }

  private TcpExporter build(TcpExporterBuilder builder) {
    return build(builder, ServerFiles.write(files).tls());
  }

  private TcpExporter build(TcpExporterBuilder builder, ServerTls tls) {
    TcpExporter made = builder.listen("127.0.0.1", 0).tls(tls).nanoTime(nanos::get).build();
    exporter = made;
    return made;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void everyByteArrivesInBothVersions(String version) throws Exception {
    TcpExporter server = build(TcpExporter.builder().sendBufferBytes(4096).secret("open"));
    SSLSocket socket = socket(server, CLIENT);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    try (StreamClient client = StreamClient.of(socket)) {
      client.send("open\n".getBytes(StandardCharsets.UTF_8));
      Await.until(() -> server.stats().clients().size() == 1);
      List<String> wanted = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        export(server, i);
        wanted.add(Metrics.shown("a", i));
        wanted.add(Metrics.shown("b", i));
      }
      assertThat(Await.result(server.flush()).status()).isEqualTo(ExportResult.Status.SUCCESS);
      assertThat(Await.result(server.shutdown(Duration.ofSeconds(30))).status())
          .isEqualTo(ExportResult.Status.SUCCESS);
      // Its end is said, so that it cannot be cut off by others.
      assertThat(EventProto.parse(client.untilTheEnd()))
          .filteredOn(event -> !event.isMetadata())
          .extracting(Event::text)
          .isEqualTo(wanted);
      assertThat(client.failure()).isNull();
    }
  }

  @Test
  void theNextKeysOfAClientAreAnswered() throws Exception {
    TcpExporter server = build(TcpExporter.builder());
    SSLSocket socket = socket(server, CLIENT);
    socket.startHandshake();
    try (StreamClient client = StreamClient.of(socket)) {
      Await.until(() -> server.stats().clients().size() == 1);
      export(server, 1);
      client.values(2);
      // With TLS 1.3 this asks for new keys of both sides.
      socket.startHandshake();
      for (int i = 0; i < 100; i++) {
        export(server, i);
      }
      assertThat(client.values(202)).hasSize(204);
    }
  }

  @Test
  void aClientThatStopsReadingIsOneThatIsSlow() throws Exception {
    TcpExporter server = build(TcpExporter.builder().maxQueueMessages(10).sendBufferBytes(4096));
    Socket plain = new Socket();
    plain.setReceiveBufferSize(4096);
    plain.connect(server.address());
    plain.setSoTimeout(LIMIT_MILLIS);
    SSLSocket socket =
        (SSLSocket) CLIENT.getSocketFactory().createSocket(plain, "localhost", 1, true);
    socket.startHandshake();
    Await.until(() -> server.stats().clients().size() == 1);
    long number = 0;
    while (!server.stats().dropped().containsKey(TcpDropReason.SLOW_CLIENT)) {
      export(server, number++);
    }
    long last = number;
    export(server, last);
    try (StreamClient late = StreamClient.of(socket)) {
      Await.until(() -> server.stats().clients().get(0).queuedMessages() == 0);
      Await.result(server.shutdown(Duration.ofSeconds(10)));
      List<Event> events = EventProto.parse(late.untilTheEnd());
      assertThat(events).last().extracting(Event::text).isEqualTo(Metrics.shown("b", last));
      TcpStats stats = server.stats();
      assertThat(events).hasSize((int) stats.sentMessages() + 2);
    }
  }

  @Test
  void onlyKnownCertificatesAreLetInWhereTheyAreRequired() throws Exception {
    TcpExporter server = build(TcpExporter.builder(), ServerFiles.write(files).mutualTls());
    try (StreamClient known = StreamClient.connect(server, CLIENT, "")) {
      Await.until(() -> server.stats().clients().size() == 1);
      try (StreamClient stranger = StreamClient.connect(server, STRANGER, "")) {
        assertThat(stranger.untilTheEnd()).isEmpty();
      }
      Await.until(() -> server.stats().closed().containsKey(TcpCloseReason.HANDSHAKE));
      export(server, 1);
      assertThat(known.values(2)).hasSize(4);
    }
  }

  @Test
  void whatIsNoTlsIsNotLetIn() throws Exception {
    TcpExporter server = build(TcpExporter.builder());
    try (StreamClient client = StreamClient.connect(server)) {
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      client.untilTheEnd();
      Await.until(() -> server.stats().closed().containsKey(TcpCloseReason.HANDSHAKE));
      assertThat(server.stats().sentMessages()).isZero();
    }
  }

  @Test
  void aHandshakeThatStopsIsEnded() throws Exception {
    TcpExporter server = build(TcpExporter.builder());
    try (StreamClient client = StreamClient.connect(server)) {
      // The beginning of a record that announces 64 bytes.
      client.send(new byte[] {22, 3, 1, 0, 64, 1});
      Await.until(() -> server.stats().connections() == 1);
      nanos.addAndGet(Duration.ofSeconds(10).toNanos());
      server.wake();
      client.untilTheEnd();
      assertThat(server.stats().closed()).containsEntry(TcpCloseReason.HANDSHAKE, 1L);
    }
  }

  @Test
  void randomBytesLeaveItServing() throws Exception {
    TcpExporter server = build(TcpExporter.builder());
    Random random = new Random(3);
    try (StreamClient good = StreamClient.connect(server, CLIENT, "")) {
      Await.until(() -> server.stats().clients().size() == 1);
      for (int i = 0; i < 100; i++) {
        try (StreamClient client = StreamClient.connect(server)) {
          byte[] bytes = new byte[6 + random.nextInt(2000)];
          random.nextBytes(bytes);
          if (i % 2 == 0) {
            System.arraycopy(new byte[] {22, 3, 3, (byte) random.nextInt(64)}, 0, bytes, 0, 4);
          }
          client.send(bytes);
        }
        export(server, i);
      }
      assertThat(good.values(200)).hasSize(202);
    }
  }

  @Test
  void aFloodOfRecordsIsTooMuch() throws Exception {
    TcpExporter server = build(TcpExporter.builder());
    try (StreamClient client = StreamClient.connect(server, CLIENT, "")) {
      Await.until(() -> server.stats().clients().size() == 1);
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.send(new byte[100]);
                }
              })
          .isInstanceOf(IOException.class);
      Await.until(() -> server.stats().closed().containsKey(TcpCloseReason.SENT_TOO_MUCH));
    }
  }

  private static SSLSocket socket(TcpExporter server, SSLContext tls) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(LIMIT_MILLIS);
    return socket;
  }

  private static void export(TcpExporter server, long value) throws Exception {
    ExportResult result =
        Await.result(server.export(Metrics.batch(value, "a", "b"), ExportContext.none()));
    assertThat(result.accepted()).isEqualTo(2);
  }
}
