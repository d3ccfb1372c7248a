/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.exporter.tcp.EventProto.Event;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that behave get everything, whatever others do. */
class ManyClientsTest {

  private static final int BATCHES = 150;
  private static final int QUEUE_MESSAGES = 300;
  private static final int QUEUE_BYTES = 64 << 10;

  /** Batches that are under way before it is waited for the clients, so that no queue is full. */
  private static final int AHEAD = 4;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000})
  void theFastLoseNothing(int count) throws Exception {
    try (TcpExporter exporter =
            TcpExporter.builder()
                .listen("127.0.0.1", 0)
                .maxClients(count + 20)
                .maxQueueMessages(QUEUE_MESSAGES)
                .maxQueueBytes(QUEUE_BYTES)
                .sendBufferBytes(8 << 10)
                .build();
        Misbehaving others = new Misbehaving(exporter);
        ManyClients fast = new ManyClients(exporter.address(), count)) {
      Await.until(() -> exporter.stats().clients().size() >= count + Misbehaving.STAYING);
      List<String> wanted = new ArrayList<>();
      Set<String> known = new HashSet<>();
      long bytes = 0;
      long[] totals = new long[BATCHES];
      for (int i = 0; i < BATCHES; i++) {
        Batch batch = batch(i);
        Payload payload = batch.encoded(new EventEncoding(Set.of()));
        for (MetricData metric : batch.metrics()) {
          if (known.add(metric.getName())) {
            bytes += metadataBytes(metric);
          }
        }
        bytes += payload.size();
        totals[i] = bytes;
        EventProto.parse(payload.toByteArray()).forEach(event -> wanted.add(event.text()));

        ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
        assertThat(result.accepted()).isEqualTo(batch.itemCount());
        assertThat(exporter.heldBytes()).isLessThan(QUEUE_BYTES + payload.size());
        others.comeAndGo();
        if (i >= AHEAD) {
          fast.await(totals[i - AHEAD]);
        }
      }
      fast.await(bytes);

      assertThat(fast.whoGotTheValuesOfTheFirst()).isEqualTo(count);
      List<Event> events = EventProto.parse(fast.first());
      assertThat(events).filteredOn(e -> !e.isMetadata()).extracting(Event::text).isEqualTo(wanted);
      assertMetadataFirst(events);
      assertThat(exporter.stats().dropped())
          .as("the one that never reads, and nobody is told")
          .containsKey(TcpDropReason.SLOW_CLIENT);
      assertThat(exporter.stats().closed()).containsKey(TcpCloseReason.SENT_TOO_MUCH);
      assertThat(exporter.stats().closed()).containsKey(TcpCloseReason.LEFT);
      assertNothingIsTorn(others.takeWhatWaits());
    }
  }

  /** New metrics appear all the time. */
  private static Batch batch(int number) {
    List<MetricData> metrics = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      metrics.add(Metrics.counter(i < 18 ? "metric-" + i : "new-" + number, number, 0));
    }
    return Batch.metrics(metrics);
  }

  private static long metadataBytes(MetricData metric) {
    return EventWriter.metadata(metric.getName(), EventWriter.MetricType.COUNTER, "", "").length;
  }

  private static void assertMetadataFirst(List<Event> events) {
    Set<String> described = new HashSet<>();
    for (Event event : events) {
      if (event.isMetadata()) {
        assertThat(described.add(event.name())).as("one description of %s", event.name()).isTrue();
      } else {
        assertThat(described).contains(event.name());
      }
    }
  }

  /** Messages are lost, but those that came are whole, in order, and described. */
  private static void assertNothingIsTorn(byte[] stream) {
    List<Event> events = EventProto.parse(stream);
    assertMetadataFirst(events);
    long last = -1;
    for (Event event : events) {
      if (event.name().equals("metric-0") && event.text().contains("{n=0}")) {
        long value = Long.parseLong(event.text().substring(event.text().lastIndexOf('=') + 1));
        assertThat(value).isGreaterThan(last);
        last = value;
      }
    }
    assertThat(last).isEqualTo(BATCHES - 1);
  }

  /** A client that reads a byte a second, one that never reads, and others that come and go. */
  private static final class Misbehaving implements AutoCloseable {

    /** Those that are there from the beginning to the end. */
    static final int STAYING = 2;

    private final TcpExporter exporter;
    private final Socket dripping;
    private final Socket silent;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Random random = new Random(1);

    Misbehaving(TcpExporter exporter) throws IOException {
      this.exporter = exporter;
      dripping = small();
      silent = small();
      Thread thread = new Thread(this::drip, "dripping");
      thread.setDaemon(true);
      thread.start();
    }

    private Socket small() throws IOException {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4096);
      socket.connect(exporter.address());
      return socket;
    }

    private void drip() {
      try (InputStream in = dripping.getInputStream()) {
        while (in.read() >= 0 && !closed.await(1, TimeUnit.SECONDS)) {
          // A byte a second.
        }
      } catch (IOException e) {
        if (closed.getCount() > 0) {
          throw new UncheckedIOException(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** One that resets its connection, one that sends garbage, one that only looks in. */
    void comeAndGo() throws IOException {
      Socket resetting = StreamClient.socket(exporter.address());
      resetting.setSoLinger(true, 0);
      resetting.close();
      try (Socket chatty = StreamClient.socket(exporter.address())) {
        byte[] garbage = new byte[random.nextInt(8192)];
        random.nextBytes(garbage);
        chatty.getOutputStream().write(garbage);
      } catch (IOException e) {
        // It may be thrown out while it talks.
        assertThat(exporter.stats().closed()).containsKey(TcpCloseReason.SENT_TOO_MUCH);
      }
      StreamClient.socket(exporter.address()).close();
    }

    /** The one that never read does now, until the server has nothing more for it. */
    byte[] takeWhatWaits() throws Exception {
      StreamClient late = StreamClient.of(silent);
      Await.until(
          () ->
              exporter.stats().clients().stream()
                  .filter(c -> c.address().getPort() == silent.getLocalPort())
                  .allMatch(c -> c.queuedMessages() == 0));
      exporter.shutdown(Duration.ZERO);
      return late.untilTheEnd();
    }

    @Override
    public void close() throws IOException {
      closed.countDown();
      dripping.close();
      silent.close();
    }
  }
}
