/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Clients of a TCP stream: all of them read, with one thread, or none does. */
final class TcpClients implements AutoCloseable {

  private static final int BUFFER_BYTES = 256 << 10;
  private static final int SMALL_BYTES = 4096;

  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Thread thread = new Thread(this::read, "clients");
  private final LongAdder bytes = new LongAdder();

  private TcpClients() throws IOException {}

  /** Clients that read as fast as they can. */
  static TcpClients reading(InetSocketAddress server, int count) throws IOException {
    TcpClients clients = new TcpClients();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(server);
      channel.configureBlocking(false);
      channel.register(clients.selector, SelectionKey.OP_READ);
      clients.channels.add(channel);
    }
    clients.thread.setDaemon(true);
    clients.thread.start();
    return clients;
  }

  /** Clients that never read. */
  static TcpClients stuck(InetSocketAddress server, int count) throws IOException {
    TcpClients clients = new TcpClients();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BYTES);
      channel.connect(server);
      clients.channels.add(channel);
    }
    return clients;
  }

  /** How many bytes all of them have read. */
  long bytes() {
    return bytes.sum();
  }

  @Override
  public void close() {
    try {
      selector.close();
      for (SocketChannel channel : channels) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try {
      while (true) {
        selector.select(key -> read(key, buffer));
      }
    } catch (ClosedSelectorException e) {
      // It is closed.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) {
    try {
      buffer.clear();
      int read = ((SocketChannel) key.channel()).read(buffer);
      if (read < 0) {
        key.cancel();
      } else {
        bytes.add(read);
      }
    } catch (IOException e) {
      key.cancel();
    }
  }
}
