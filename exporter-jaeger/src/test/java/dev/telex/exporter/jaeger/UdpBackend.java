/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A socket on a free port of 127.0.0.1; a message is a packet. */
final class UdpBackend implements ContractBackend {

  private final DatagramSocket socket;
  private final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
  private final BlockingQueue<InetSocketAddress> senders = new LinkedBlockingQueue<>();
  private final Thread reader = new Thread(this::read, "udp-backend");

  UdpBackend() throws IOException {
    this(0);
  }

  UdpBackend(int port) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    // As much as the system gives.
    socket.setReceiveBufferSize(8 << 20);
    reader.setDaemon(true);
    reader.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public URI uri() {
    return URI.create("udp://127.0.0.1:" + port());
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause) {
      case RETRYABLE_ANSWER, PERMANENT_ANSWER, LOST_ANSWER, HUGE_ANSWER ->
          Optional.of("nobody answers a packet");
      case CANCEL_COMPLETES,
          CANCEL_ABORTS,
          REMAINING_TIME,
          FLUSH_WAITS,
          SHUTDOWN_WITHIN_GRACE,
          SHUTDOWN_BEYOND_GRACE,
          SHUTDOWN_ABORTS ->
          Optional.of("nobody can make the sender of a packet wait");
      case BACKEND_DOWN, BACKEND_DOWN_IS_KNOWN ->
          Optional.of("the first packet to a port that is closed is sent as any other");
      case SHUTDOWN_CLOSES_CONNECTIONS -> Optional.of("there are no connections");
      default -> Optional.empty();
    };
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) throws InterruptedException {
    List<byte[]> taken = new ArrayList<>();
    while (taken.size() < atLeast) {
      taken.add(poll(packets, limit));
    }
    packets.drainTo(taken);
    return taken;
  }

  /** Where the next packet came from. */
  InetSocketAddress takeSender(Duration limit) throws InterruptedException {
    return poll(senders, limit);
  }

  @Override
  public void goDown() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      reader.join(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public String toString() {
    return "UdpBackend[" + uri() + "]";
  }

  private static <T> T poll(BlockingQueue<T> queue, Duration limit) throws InterruptedException {
    T found = queue.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (found == null) {
      throw new AssertionError("no packet within " + limit);
    }
    return found;
  }

  private void read() {
    byte[] bytes = new byte[1 << 16];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
      try {
        socket.receive(packet);
      } catch (IOException e) {
        continue;
      }
      packets.add(Arrays.copyOf(bytes, packet.getLength()));
      senders.add((InetSocketAddress) packet.getSocketAddress());
    }
  }
}
