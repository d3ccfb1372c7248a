/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.tcp.EventProto.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A client that keeps what it reads, with a thread that reads all the time. */
final class StreamClient implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Socket socket;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Thread reader;
  private @Nullable IOException failure;
  private boolean ended;

  private StreamClient(Socket socket) {
    this.socket = socket;
    this.reader = new Thread(this::read, "reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads from a connection that there is. */
  static StreamClient of(Socket socket) {
    return new StreamClient(socket);
  }

  /** Connects to a server in the clear, and waits until it listens. */
  static StreamClient listening(TcpExporter exporter) throws Exception {
    int before = exporter.stats().clients().size();
    StreamClient client = connect(exporter);
    Await.until(() -> exporter.stats().clients().size() > before);
    return client;
  }

  static StreamClient connect(TcpExporter exporter) throws IOException {
    return new StreamClient(socket(exporter.address()));
  }

  /** Connects, and says something first. */
  static StreamClient connect(TcpExporter exporter, String hello) throws IOException {
    StreamClient client = connect(exporter);
    if (!hello.isEmpty()) {
      client.send(hello.getBytes(StandardCharsets.UTF_8));
    }
    return client;
  }

  /** Connects over TLS, and says something first. */
  static StreamClient connect(TcpExporter exporter, SSLContext tls, String hello)
      throws IOException {
    Socket socket =
        tls.getSocketFactory()
            .createSocket(exporter.address().getAddress(), exporter.address().getPort());
    // As long as a handshake may take; a client that is sent nothing for so long fails its test.
    socket.setSoTimeout((int) LIMIT.toMillis());
    StreamClient client = new StreamClient(socket);
    if (!hello.isEmpty()) {
      client.send(hello.getBytes(StandardCharsets.UTF_8));
    }
    return client;
  }

  static Socket socket(InetSocketAddress address) throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  void send(byte[] words) throws IOException {
    socket.getOutputStream().write(words);
  }

  Socket socket() {
    return socket;
  }

  /** Waits until what came meets a condition, and gives all of it. */
  byte[] await(Predicate<byte[]> condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    synchronized (bytes) {
      while (!condition.test(bytes.toByteArray())) {
        long left = end - System.nanoTime();
        if (left <= 0 || ended) {
          throw new AssertionError(
              (ended ? "the stream ended (" + failure + ")" : "nothing more came") + ": " + show());
        }
        bytes.wait(Math.max(1, left / 1_000_000));
      }
      return bytes.toByteArray();
    }
  }

  /** Waits for so many events, metadata too. */
  List<Event> events(int count) throws InterruptedException {
    return EventProto.parse(await(all -> complete(all).size() >= count));
  }

  /** Waits for so many values. */
  List<Event> values(int count) throws InterruptedException {
    return EventProto.parse(
        await(all -> complete(all).stream().filter(e -> !e.isMetadata()).count() >= count));
  }

  /** Waits for so many values of one metric, and gives these. */
  List<Event> values(String name, int count) throws InterruptedException {
    return values(name, complete(await(all -> values(name, complete(all)).size() >= count)));
  }

  private static List<Event> values(String name, List<Event> events) {
    return events.stream().filter(e -> !e.isMetadata() && e.name().equals(name)).toList();
  }

  /** Waits for the end of the stream, and gives all of it. */
  byte[] untilTheEnd() throws InterruptedException {
    reader.join(LIMIT.toMillis());
    synchronized (bytes) {
      if (!ended) {
        throw new AssertionError("the stream has not ended");
      }
      return bytes.toByteArray();
    }
  }

  /** With which the stream ended, if so. */
  @Nullable IOException failure() {
    synchronized (bytes) {
      return failure;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** The events that have arrived whole. */
  private static List<Event> complete(byte[] all) {
    int end = 0;
    while (true) {
      int at = end;
      int length = 0;
      int shift = 0;
      boolean more = true;
      while (more && at < all.length) {
        more = all[at] < 0;
        length |= (all[at++] & 0x7f) << shift;
        shift += 7;
      }
      if (more || at + length > all.length) {
        return EventProto.parse(Arrays.copyOf(all, end));
      }
      end = at + length;
    }
  }

  private String show() {
    return bytes.size() + " bytes " + new ArrayList<>(complete(bytes.toByteArray()));
  }

  private void read() {
    byte[] buffer = new byte[8192];
    try (InputStream in = socket.getInputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        synchronized (bytes) {
          bytes.write(buffer, 0, read);
          bytes.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (bytes) {
        failure = e;
      }
    }
    synchronized (bytes) {
      ended = true;
      bytes.notifyAll();
    }
  }
}
