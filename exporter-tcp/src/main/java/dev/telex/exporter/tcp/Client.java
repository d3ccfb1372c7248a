/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.tls.ServerTls;
import dev.telex.tls.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection of a client. Only the thread of the server uses it, but for its queue. */
final class Client {

  /** Writes in a row before the next client has its turn. */
  private static final int WRITES_AT_ONCE = 4;

  private final SelectionKey key;
  private final Wire wire;
  private final InetSocketAddress address;
  private final @Nullable Hello hello;
  private final long acceptedNanos;

  private boolean shaken;
  private boolean welcome;
  private volatile @Nullable ClientQueue queue;

  /** Whether something waits for the socket to take more. */
  private boolean blocked;

  private long progressNanos;
  private long progressBytes;

  private Client(
      SelectionKey key, Wire wire, InetSocketAddress address, @Nullable Hello hello, long now) {
    this.key = key;
    this.wire = wire;
    this.address = address;
    this.hello = hello;
    this.acceptedNanos = now;
  }

  /** One that has just connected. */
  static Client of(SocketChannel channel, Selector selector, ServerSettings settings, long now)
      throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBufferBytes());
    InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
    ServerTls.Engines tls = settings.tls();
    Wire wire =
        tls == null
            ? Wire.plain(channel, settings.maxReceived())
            : Wire.tls(channel, tls.next(), settings.maxReceived());
    Supplier<Hello> hellos = settings.hellos();
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    Client client = new Client(key, wire, peer, hellos == null ? null : hellos.get(), now);
    key.attach(client);
    return client;
  }

  InetSocketAddress address() {
    return address;
  }

  /** What waits for it; null until it may listen. */
  @Nullable ClientQueue queue() {
    return queue;
  }

  long acceptedNanos() {
    return acceptedNanos;
  }

  boolean isBlocked() {
    return blocked;
  }

  /** Since when nothing went out, if it is blocked. */
  long blockedSince() {
    return progressNanos;
  }

  /**
   * Reads, and goes on with what comes before it may listen.
   *
   * @return false if it is gone
   * @throws WrongHelloException if it may not listen
   */
  boolean read(ByteBuffer scratch) throws IOException {
    if (!shaken) {
      shaken = wire.handshake();
      key.interestOps(
          shaken || wire.flush()
              ? SelectionKey.OP_READ
              : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      if (!shaken) {
        return true;
      }
    }
    while (true) {
      scratch.clear();
      int read = wire.read(scratch);
      if (read <= 0) {
        return read == 0;
      }
      scratch.flip();
      if (hello != null && !welcome) {
        switch (hello.take(scratch)) {
          case WELCOME -> welcome = true;
          case WRONG -> throw new WrongHelloException();
          case INCOMPLETE -> {}
        }
      }
    }
  }

  /** Whether it has done all that comes before. */
  boolean mayListen() {
    return shaken && (hello == null || welcome);
  }

  void listen(ClientQueue itsQueue) {
    queue = itsQueue;
  }

  /** Writes as much as goes. */
  void pump(Window window, long now) throws IOException {
    ClientQueue known = queue;
    if (known == null) {
      return;
    }
    boolean waits = write(known, window);
    if (!blocked || wire.sent() != progressBytes) {
      progressBytes = wire.sent();
      progressNanos = now;
    }
    if (waits != blocked) {
      blocked = waits;
      key.interestOps(waits ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  /** Whether there may be more, because the socket takes no more or others have their turn. */
  private boolean write(ClientQueue known, Window window) throws IOException {
    for (int i = 0; i < WRITES_AT_ONCE; i++) {
      if (!wire.flush()) {
        return true;
      }
      known.fill(window);
      if (window.bytes() == 0) {
        return false;
      }
      long written = wire.write(window.buffers(), window.count());
      known.written(window, written);
      if (written < window.bytes()) {
        return true;
      }
    }
    return true;
  }

  /** Whether it was sent all messages up to one, or is not there to be. */
  boolean wasSent(long message) {
    ClientQueue known = queue;
    return known == null || (known.isWrittenTo(message) && wire.isFlushed());
  }

  void close() {
    key.cancel();
    wire.close();
  }

  /** Without words, because there is nothing to say that is no secret. */
  static final class WrongHelloException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
