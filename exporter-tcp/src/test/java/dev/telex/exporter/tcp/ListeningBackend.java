/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Exporter;
import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Clients that listen to the exporters of a contract, one for each. The messages are those of the
 * stream, without metadata, which comes to each client once and not with each batch.
 */
final class ListeningBackend implements ContractBackend {

  private final TcpFormat format;
  private final String hello;
  private final List<Listener> listeners = new ArrayList<>();

  /** A client, and how much of what it got was taken. */
  private static final class Listener {
    private final TcpExporter exporter;
    private final StreamClient client;
    private int taken;

    Listener(TcpExporter exporter, StreamClient client) {
      this.exporter = exporter;
      this.client = client;
    }
  }

  ListeningBackend(TcpFormat format, String hello) {
    this.format = format;
    this.hello = hello;
  }

  @Override
  public URI uri() {
    return URI.create("tcp:listeners");
  }

  @Override
  public void attach(Exporter exporter) throws Exception {
    TcpExporter server = (TcpExporter) exporter;
    StreamClient client = StreamClient.connect(server, hello);
    Await.until(() -> server.stats().clients().size() == 1 || isTls(server));
    listeners.add(new Listener(server, client));
  }

  /** The contract's examples of settings have some; such a server is not looked into. */
  private static boolean isTls(TcpExporter server) {
    return server.stats().closed().containsKey(TcpCloseReason.HANDSHAKE);
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause) {
      case BACKEND_DOWN, BACKEND_DOWN_IS_KNOWN ->
          Optional.of("clients come and go, and no export fails for it");
      case RETRYABLE_ANSWER, PERMANENT_ANSWER, LOST_ANSWER, HUGE_ANSWER ->
          Optional.of("clients give no answers");
      case CANCEL_COMPLETES,
          CANCEL_ABORTS,
          REMAINING_TIME,
          FLUSH_WAITS,
          SHUTDOWN_WITHIN_GRACE,
          SHUTDOWN_BEYOND_GRACE,
          SHUTDOWN_ABORTS ->
          Optional.of("an export waits for no client; see FlushAndShutdownTest");
      default -> Optional.empty();
    };
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) throws InterruptedException {
    List<byte[]> messages = new ArrayList<>();
    for (Listener listener : listeners) {
      // All that was exported is sent when a flush has ended.
      flush(listener.exporter);
      long sent = listener.exporter.stats().sentBytes();
      byte[] all = listener.client.await(bytes -> bytes.length >= sent);
      messages.addAll(messages(ByteBuffer.wrap(all, listener.taken, all.length - listener.taken)));
      listener.taken = all.length;
    }
    if (messages.size() < atLeast) {
      throw new AssertionError("only " + messages.size() + " messages came");
    }
    return messages;
  }

  private static void flush(TcpExporter exporter) throws InterruptedException {
    try {
      assertThat(Await.result(exporter.flush()).isDelivered()).isTrue();
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void awaitIdle(Duration limit) throws InterruptedException {
    for (Listener listener : listeners) {
      listener.client.untilTheEnd();
    }
  }

  @Override
  public void close() throws IOException {
    for (Listener listener : listeners) {
      listener.client.close();
    }
  }

  private List<byte[]> messages(ByteBuffer in) {
    List<byte[]> messages = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = in.position();
      if (format == TcpFormat.OTLP) {
        in.get();
      }
      int length = varint(in);
      boolean metadata = format == TcpFormat.METRICS && in.get(in.position()) == 0x0a;
      in.position(in.position() + length);
      byte[] message = new byte[in.position() - start];
      in.get(start, message);
      if (!metadata) {
        messages.add(message);
      }
    }
    return messages;
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    int shift = 0;
    @Nullable Byte next = null;
    while (next == null || next < 0) {
      next = in.get();
      value |= (next & 0x7f) << shift;
      shift += 7;
    }
    return value;
  }
}
