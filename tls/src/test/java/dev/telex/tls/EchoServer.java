/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends back what it gets over wires, with one thread, and finishes when the peer does. */
final class EchoServer implements AutoCloseable {

  private static final int BUFFER = 300_000;

  private final Function<SocketChannel, Wire> wires;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "echo");
  private volatile boolean closed;

  private static final class Peer {
    private final Wire wire;
    private final ByteBuffer back = ByteBuffer.allocate(BUFFER).limit(0);
    private boolean shaken;
    private boolean ended;

    private Peer(Wire wire) {
      this.wire = wire;
    }
  }

  EchoServer(Function<SocketChannel, Wire> wires) throws IOException {
    this.wires = wires;
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    thread.start();
  }

  int port() {
    return listener.socket().getLocalPort();
  }

  /** What ended the first connection that did not end well. */
  CompletableFuture<Throwable> failure() {
    return failure;
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::move);
      }
    } catch (IOException | ClosedSelectorException e) {
      failure.complete(e);
    }
  }

  private void move(SelectionKey key) {
    @Nullable Peer peer = (Peer) key.attachment();
    try {
      if (peer == null) {
        SocketChannel channel = listener.accept();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Peer(wires.apply(channel)));
        return;
      }
      if (echo(peer)) {
        key.interestOps(
            peer.wire.isFlushed() && !peer.back.hasRemaining()
                ? SelectionKey.OP_READ
                : SelectionKey.OP_WRITE);
      } else {
        peer.wire.finish();
        peer.wire.close();
      }
    } catch (IOException | RuntimeException e) {
      failure.complete(e);
      if (peer != null) {
        peer.wire.close();
      }
    }
  }

  /** Whether there may be more. */
  private static boolean echo(Peer peer) throws IOException {
    peer.shaken = peer.shaken || peer.wire.handshake();
    if (!peer.shaken) {
      return true;
    }
    while (true) {
      if (!peer.wire.flush()) {
        return true;
      }
      if (peer.back.hasRemaining()) {
        peer.wire.write(new ByteBuffer[] {peer.back}, 1);
        if (peer.back.hasRemaining()) {
          return true;
        }
        continue;
      }
      if (peer.ended) {
        return false;
      }
      peer.back.clear();
      int read = peer.wire.read(peer.back);
      peer.back.flip();
      if (read == 0) {
        return true;
      }
      peer.ended = read < 0;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
