/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where clients connect. Of the thread of the server alone, but for the address. */
final class Acceptor {

  /** Many may come at once after a restart. */
  private static final int BACKLOG = 1024;

  private static final int ACCEPTS_AT_ONCE = 64;

  /** For instance when no file descriptor is left. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final ServerSocketChannel listener;
  private final SelectionKey key;
  private final InetSocketAddress address;
  private @Nullable Long pausedUntil;

  private Acceptor(ServerSocketChannel listener, Selector selector) throws IOException {
    this.listener = listener;
    this.key = listener.register(selector, SelectionKey.OP_ACCEPT);
    this.address = (InetSocketAddress) listener.getLocalAddress();
  }

  /** Listens. */
  static Acceptor open(InetSocketAddress listen, Selector selector) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(listen, BACKLOG);
      listener.configureBlocking(false);
      return new Acceptor(listener, selector);
    } catch (IOException | RuntimeException e) {
      Sockets.close(listener);
      throw e;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  boolean isFor(SelectionKey ready) {
    return ready == key;
  }

  /** Takes some of those that wait; the others are for the next time. */
  void accept(Consumer<SocketChannel> each) throws IOException {
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
      SocketChannel channel = listener.accept();
      if (channel == null) {
        return;
      }
      each.accept(channel);
    }
  }

  /** Takes nobody for a moment. */
  void pause(long now, Alarm alarm) {
    if (key.isValid()) {
      key.interestOps(0);
      pausedUntil = now + PAUSE_NANOS;
      setAlarm(now, alarm);
    }
  }

  /** Goes on after a pause, or says when. */
  void setAlarm(long now, Alarm alarm) {
    if (pausedUntil == null || !key.isValid()) {
      return;
    }
    if (pausedUntil - now > 0) {
      alarm.at(pausedUntil);
    } else {
      pausedUntil = null;
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  void close() {
    Sockets.close(listener);
  }
}
