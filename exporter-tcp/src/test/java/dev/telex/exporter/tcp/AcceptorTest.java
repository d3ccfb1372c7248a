/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pause that it makes when the machine has no file descriptors left. */
class AcceptorTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Selector selector = Selector.open();
  private final Acceptor acceptor =
      Acceptor.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), selector);
  private final Alarm alarm = new Alarm();
  private final List<SocketChannel> accepted = new ArrayList<>();

  AcceptorTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : accepted) {
      channel.close();
    }
    acceptor.close();
    selector.close();
  }

  @Test
  void whoComesInAPauseIsAcceptedAfterIt() throws IOException {
    acceptor.pause(0, alarm);
    try (Socket client = StreamClient.socket(acceptor.address())) {
      assertThat(client.isConnected()).isTrue();
      assertThat(selector.selectNow()).isZero();
      assertThat(alarm.rings(SECOND - 1)).isFalse();
      assertThat(alarm.rings(SECOND)).isTrue();
      acceptor.setAlarm(SECOND, alarm);
      assertThat(alarm.waitMillis(SECOND)).as("there is nothing more to wait for").isZero();
      selector.select(key -> assertThat(acceptor.isFor(key)).isTrue(), 30_000);
      acceptor.accept(accepted::add);
      assertThat(accepted).hasSize(1);
    }
  }

  @Test
  void oneThatIsClosedInAPauseDoesNotRingForEver() {
    acceptor.pause(0, alarm);
    acceptor.close();
    assertThat(alarm.rings(SECOND)).isTrue();
    acceptor.setAlarm(SECOND, alarm);
    acceptor.pause(SECOND, alarm);
    assertThat(alarm.waitMillis(2 * SECOND)).isZero();
  }
}
