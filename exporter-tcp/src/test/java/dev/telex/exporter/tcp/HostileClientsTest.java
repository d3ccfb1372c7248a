/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever clients send, the server goes on serving others. */
class HostileClientsTest {

  private static final int CLIENTS = 300;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void randomBytesFloodsAndDrips(boolean secret) throws Exception {
    TcpExporterBuilder builder = TcpExporter.builder().listen("127.0.0.1", 0).maxClientBytes(2000);
    if (secret) {
      builder.secret("open");
    }
    try (TcpExporter exporter = builder.build();
        StreamClient good = StreamClient.connect(exporter, secret ? "open\n" : "")) {
      Await.until(() -> exporter.stats().clients().size() == 1);
      Random random = new Random(secret ? 1 : 2);
      Socket dripping = StreamClient.socket(exporter.address());
      for (int i = 0; i < CLIENTS; i++) {
        drip(dripping, random);
        try (Socket hostile = StreamClient.socket(exporter.address())) {
          bother(hostile, random);
        } catch (IOException e) {
          // It was thrown out, for which there is a reason.
          assertThat(exporter.stats().closed()).isNotEmpty();
        }
        ExportResult result =
            Await.result(exporter.export(Metrics.batch(i, "a"), ExportContext.none()));
        assertThat(result.accepted()).isEqualTo(1);
      }
      assertThat(good.values(CLIENTS)).hasSize(CLIENTS + 1);
      dripping.close();
      // The last ones may still wait to be accepted.
      Await.until(
          () -> {
            TcpStats now = exporter.stats();
            return now.accepted() == CLIENTS + 2 && now.connections() == 1;
          });
      TcpStats stats = exporter.stats();
      assertThat(stats.closed().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(CLIENTS + 1);
      assertThat(stats.closed())
          .containsKey(secret ? TcpCloseReason.HANDSHAKE : TcpCloseReason.SENT_TOO_MUCH);
      assertThat(stats.clients().get(0).droppedMessages()).isZero();
    }
  }

  /** A byte now and then; with a secret that is soon a wrong one. */
  private static void drip(Socket socket, Random random) {
    try {
      socket.getOutputStream().write(random.nextInt(256));
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  private static void bother(Socket hostile, Random random) throws IOException {
    byte[] bytes = new byte[1 + random.nextInt(5000)];
    random.nextBytes(bytes);
    switch (random.nextInt(4)) {
      case 0 -> hostile.getOutputStream().write(bytes);
      case 1 -> {
        // A drip of single packets.
        hostile.setTcpNoDelay(true);
        for (int i = 0; i < Math.min(50, bytes.length); i++) {
          hostile.getOutputStream().write(bytes[i]);
        }
      }
      case 2 -> {
        for (int i = 0; i < 20; i++) {
          hostile.getOutputStream().write(bytes);
        }
      }
      default -> {
        hostile.getOutputStream().write(bytes);
        hostile.setSoLinger(true, 0);
      }
    }
  }
}
