/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.tcp.EventProto.Event;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queues under random appends and random short writes, without sockets. */
class ClientQueueTest {

  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("x", 1);

  static Stream<Long> seeds() {
    return IntStream.range(0, 100).mapToObj(i -> (long) i);
  }

  /** A client with its own pace. */
  private static final class Slow {
    private final ClientQueue queue;
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final int pace;
    private long skipped;
    private final long joined;

    Slow(FrameLog log, MetadataRegistry registry, int pace) {
      this.queue = new ClientQueue(log, registry, (from, to) -> skipped += to - from);
      this.pace = pace;
      this.joined = log.end().message();
    }

    /** Writes some bytes of what there is; whether there was anything. */
    boolean write(Window window, Random random) {
      queue.fill(window);
      int left = Math.min(window.bytes(), pace == 0 ? window.bytes() : random.nextInt(pace));
      int written = left;
      for (int i = 0; i < window.count() && left > 0; i++) {
        ByteBuffer from = window.buffers()[i];
        int length = Math.min(left, from.remaining());
        byte[] copy = new byte[length];
        from.get(copy);
        stream.writeBytes(copy);
        left -= length;
      }
      queue.written(window, written);
      return window.bytes() > 0;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsTornAndEveryMessageIsAccountedFor(long seed) throws Exception {
    Random random = new Random(seed);
    int maxMessages = 1 + random.nextInt(60);
    int maxBytes = 200 + random.nextInt(4000);
    FrameLog log = new FrameLog(maxMessages, maxBytes);
    MetadataRegistry registry = new MetadataRegistry(10_000);
    Window window = new Window();
    List<Slow> clients = new ArrayList<>();
    int number = 0;
    for (int step = 0; step < 300; step++) {
      if (clients.size() < 4 && random.nextInt(20) == 0) {
        clients.add(new Slow(log, registry, List.of(0, 20, 200, 2000).get(clients.size())));
      }
      if (random.nextInt(3) == 0) {
        int points = 1 + random.nextInt(40);
        Batch batch = batch(number, points, random);
        number += points;
        assertThat(registry.register(batch.metrics())).isNull();
        Frame frame =
            Frame.ofDelimited(batch.encoded(new EventEncoding(Set.of())), registry.entries(), step);
        assertThat(frame.messages()).isEqualTo(points);
        log.append(frame);
        long held = log.end().message() - log.head().message();
        assertThat(held).isLessThanOrEqualTo(maxMessages);
        assertThat(log.end().bytes() - log.head().bytes()).isLessThanOrEqualTo(maxBytes);
        assertThat(log.heldBytes()).isLessThanOrEqualTo(maxBytes + 40 * 100L);
      }
      for (Slow client : clients) {
        if (random.nextBoolean()) {
          client.write(window, random);
        }
        TcpClientStats stats = client.queue.stats(NOWHERE, step);
        assertThat(stats.sentMessages() + stats.droppedMessages() + stats.queuedMessages())
            .isEqualTo(log.end().message() - client.joined);
        assertThat(stats.queuedMessages()).isLessThanOrEqualTo(maxMessages + 1L);
        assertThat(stats.sentBytes()).isEqualTo(client.stream.size());
      }
      if (random.nextInt(10) == 0) {
        log.forgetBefore(least(log, clients));
      }
    }
    for (Slow client : clients) {
      while (client.write(window, random)) {
        assertThat(client.queue.stats(NOWHERE, 0).queuedMessages()).isNotNegative();
      }
      TcpClientStats stats = client.queue.stats(NOWHERE, 0);
      assertThat(stats.queuedMessages()).isZero();
      assertThat(stats.queuedBytes()).isZero();
      assertThat(stats.droppedMessages()).isEqualTo(client.skipped);
      assertStream(client, stats);
    }
  }

  /** Values count up over all points of all batches, so that order and gaps can be seen. */
  private static Batch batch(int from, int points, Random random) {
    List<MetricData> metrics = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      metrics.add(Metrics.counter("m" + random.nextInt(from + i + 1), from + i));
    }
    return Batch.metrics(metrics);
  }

  private static Cursor least(FrameLog log, List<Slow> clients) {
    return clients.stream()
        .map(client -> client.queue.position())
        .min((a, b) -> Long.compare(a.message(), b.message()))
        .orElse(log.end());
  }

  private static void assertStream(Slow client, TcpClientStats stats) {
    Set<String> described = new HashSet<>();
    long last = -1;
    long values = 0;
    for (Event event : EventProto.parse(client.stream.toByteArray())) {
      if (event.isMetadata()) {
        assertThat(described.add(event.name())).isTrue();
        continue;
      }
      assertThat(described).contains(event.name());
      long value = Long.parseLong(event.text().substring(event.text().lastIndexOf('=') + 1));
      assertThat(value).isGreaterThan(last);
      last = value;
      values++;
    }
    assertThat(values).isEqualTo(stats.sentMessages());
  }
}
