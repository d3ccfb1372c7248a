/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A socket that is connected to the agent: so the system tells of packets that came back because
 * nobody listens. The host's name is looked up again every 30 seconds and after failures, because
 * agents move.
 *
 * <p>Used by one thread, but for {@link #close()}.
 */
final class AgentSocket implements AutoCloseable {

  static final Duration LOOK_UP_EVERY = Duration.ofSeconds(30);

  /** Looks up the address of a host. */
  @FunctionalInterface
  interface Resolver {
    InetAddress resolve(String host) throws UnknownHostException;
  }

  private final String host;
  private final int port;
  private final Resolver resolver;
  private final InstantSource clock;

  private @Nullable InetAddress address;
  private @Nullable Instant lookedUp;
  private volatile @Nullable DatagramChannel channel;
  private volatile boolean closed;

  AgentSocket(String host, int port, Resolver resolver, InstantSource clock) {
    this.host = host;
    this.port = port;
    this.resolver = resolver;
    this.clock = clock;
  }

  /**
   * Makes ready to send: looks up the host, which may take seconds, and opens the socket, where
   * that is due.
   *
   * @throws IOException if that is not possible; nothing was sent
   */
  void prepare() throws IOException {
    if (isDue()) {
      InetAddress found = resolver.resolve(host);
      if (!found.equals(address)) {
        disconnect();
        address = found;
      }
      lookedUp = clock.instant();
    }
    if (channel == null) {
      channel = connect(address);
      if (closed) {
        disconnect();
      }
    }
  }

  /**
   * Sends a packet.
   *
   * @throws IOException if it was not sent. A {@link PortUnreachableException} says that an earlier
   *     one came back
   */
  void send(ByteBuffer packet) throws IOException {
    DatagramChannel to = channel;
    if (to == null) {
      throw new ClosedChannelException();
    }
    int length = packet.remaining();
    try {
      int sent = to.write(packet);
      if (sent != length) {
        throw new IOException(sent + " of " + length + " bytes were sent");
      }
    } catch (IOException e) {
      lookedUp = null;
      if (!(e instanceof PortUnreachableException)) {
        disconnect();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
  }

  private boolean isDue() {
    if (lookedUp == null) {
      return true;
    }
    Duration since = Duration.between(lookedUp, clock.instant());
    // A clock that is set back must not put it off.
    return since.isNegative() || since.compareTo(LOOK_UP_EVERY) >= 0;
  }

  private DatagramChannel connect(@Nullable InetAddress to) throws IOException {
    DatagramChannel opened = DatagramChannel.open();
    try {
      return opened.connect(new InetSocketAddress(to, port));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void disconnect() {
    DatagramChannel old = channel;
    channel = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        System.getLogger(AgentSocket.class.getPackageName())
            .log(System.Logger.Level.DEBUG, "a socket could not be closed", e);
      }
    }
  }
}
