/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over UDP. */
class JaegerAgentExporterTest extends JaegerFixture {

  private UdpBackend agent;

  @BeforeEach
  void startAgent() throws Exception {
    agent = new UdpBackend();
  }

  @AfterEach
  void stopAgent() throws Exception {
    agent.close();
  }

  private JaegerAgentExporter agentExporter() {
    return agentExporter(builder -> builder);
  }

  private JaegerAgentExporter agentExporter(UnaryOperator<JaegerAgentExporter.Builder> setUp) {
    JaegerAgentExporter.Builder builder =
        JaegerAgentExporter.builder()
            .agentHost("127.0.0.1")
            .agentPort(agent.port())
            .timeout(LIMIT.multipliedBy(4));
    return closing(setUp.apply(builder).build());
  }

  private static List<String> names(List<byte[]> packets) throws Exception {
    List<String> names = new ArrayList<>();
    for (byte[] packet : packets) {
      JaegerReader.agent(packet).getSpans().forEach(span -> names.add(span.getOperationName()));
    }
    return names;
  }

  private static List<String> names(Batch batch) {
    return batch.spans().stream().map(SpanData::getName).toList();
  }

  // --- Packets ---

  @Test
  void sendsWhatJaegerReads() throws Exception {
    Batch batch = spans(20);
    JaegerAgentExporter exporter = agentExporter();
    assertThat(export(exporter, batch)).hasToString("SUCCESS[accepted=20]");
    List<byte[]> packets = agent.take(1, LIMIT);
    assertThat(packets).hasSize(1);
    ExpectedBatch.assertSame(JaegerReader.agent(packets.get(0)), batch.spans());
    assertThat(exporter).hasToString("jaeger-agent");
    assertThat(exporter.delivery()).isEqualTo(Delivery.BEST_EFFORT);
  }

  @Test
  void generatedSpansArriveOnceEach() throws Exception {
    JaegerAgentExporter exporter = agentExporter(b -> b.maxPacketBytes(8_000));
    // A few at a time, so that they fit into the buffer of the socket.
    for (Batch part : Batch.traces(EdgySpans.of(13, 300)).split(20)) {
      List<Packet> planned = PacketPlan.of(part, 8_000).packets();
      ExportResult result = export(exporter, part);
      assertThat(result.isDelivered()).isTrue();
      List<byte[]> packets = agent.take(planned.size(), LIMIT);
      assertThat(packets).hasSameSizeAs(planned);
      for (int i = 0; i < packets.size(); i++) {
        Packet packet = planned.get(i);
        assertThat(packets.get(i)).hasSizeLessThanOrEqualTo(8_000);
        ExpectedBatch.assertSame(
            JaegerReader.agent(packets.get(i)), packet.part().retain(packet.items()).spans());
      }
    }
  }

  @Test
  void fillsPacketsAndExceedsNone() throws Exception {
    Batch batch = spansOf(List.of("shop", "cart"), 150);
    ExportResult result = export(agentExporter(b -> b.maxPacketBytes(5_000)), batch);
    assertThat(result).hasToString("SUCCESS[accepted=300]");
    int span = batch.encoded(JaegerEncoding.AGENT_SPANS).item(299).remaining();
    List<byte[]> packets = agent.take(PacketPlan.of(batch, 5_000).packets().size(), LIMIT);
    assertThat(packets).allSatisfy(packet -> assertThat(packet).hasSizeBetween(1, 5_000));
    // All but the last one of each service are full.
    assertThat(packets.stream().filter(packet -> packet.length > 5_000 - span - 2))
        .hasSize(packets.size() - 2);
    assertThat(names(packets)).containsExactlyInAnyOrderElementsOf(names(batch));
  }

  /** Around the numbers at which the header of the list has another length. */
  @ParameterizedTest
  @ValueSource(ints = {1, 14, 15, 16, 127, 128, 129, 500})
  void knowsTheSizeOfAPacketBeforeItIsWritten(int count) throws Exception {
    Batch batch = spans(count);
    Packet packet = PacketPlan.of(batch, 65_000).packets().get(0);
    byte[] bytes = JaegerEncodingPropertyTest.bytes(packet);
    assertThat(Packet.overhead(packet.process(), count) + packet.encoded().size())
        .isEqualTo(bytes.length);
    assertThat(PacketPlan.of(batch, bytes.length).packets()).hasSize(1);
    assertThat(PacketPlan.of(batch, bytes.length - 1).packets()).hasSize(count == 1 ? 0 : 2);
  }

  @Test
  void aSpanOfExactlyTheLimitIsSentAndALargerOneIsNot() throws Exception {
    Batch one = Batch.traces(List.of(span("shop", "x".repeat(1000))));
    byte[] bytes = JaegerEncodingPropertyTest.bytes(PacketPlan.of(one, 65_000).packets().get(0));
    // A longer name has one more byte of length before it.
    int room = 65_000 - bytes.length + 1000 - 1;
    Batch fits = Batch.traces(List.of(span("shop", "x".repeat(room))));
    Batch larger = Batch.traces(List.of(span("shop", "x".repeat(room + 1))));

    JaegerAgentExporter exporter = agentExporter();
    assertThat(export(exporter, fits).status()).isEqualTo(Status.SUCCESS);
    assertThat(agent.take(1, LIMIT).get(0)).hasSize(65_000);
    ExportResult result = export(exporter, larger);
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message())
        .contains(
            "not sent: larger than a packet of 65000 bytes (maxPacketBytes), with the process");
    assertThat(result.refused().orElseThrow().spans()).isEqualTo(larger.spans());
    assertThat(agent.take(0, LIMIT)).isEmpty();
  }

  @Test
  void onlyTheSpansThatAreTooLargeAreRejected() throws Exception {
    List<SpanData> spans = new ArrayList<>(spans(5).spans());
    spans.add(2, span("shop", "x".repeat(3000)));
    spans.add(0, span("cart", "x".repeat(3000)));
    ExportResult result = export(agentExporter(b -> b.maxPacketBytes(1000)), Batch.traces(spans));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(2);
    assertThat(result.refused().orElseThrow().spans())
        .containsExactlyInAnyOrder(spans.get(0), spans.get(3));
    assertThat(names(agent.take(1, LIMIT))).containsExactlyElementsOf(names(spans(5)));
  }

  // --- Failures ---

  @Test
  void aHostThatIsNotKnownIsRetryableAndAskedForAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    JaegerAgentExporter exporter =
        agentExporter(
            b ->
                b.agentHost("agent.example")
                    .resolver(
                        host -> {
                          if (asked.getAndIncrement() == 0) {
                            throw new UnknownHostException(host);
                          }
                          return InetAddress.getLoopbackAddress();
                        }));
    ExportResult result = export(exporter, spans(3));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message()).contains("not sent: the agent's host is not known: agent.example");
    assertThat(result.cause().orElseThrow()).isInstanceOf(UnknownHostException.class);
    assertThat(result.remainder()).isEmpty();
    assertThat(result.outcomeUnknown()).isFalse();

    assertThat(export(exporter, spans(3)).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(agent.take(1, LIMIT))).hasSize(3);
  }

  @Test
  void whereNobodyListensItIsRetryableAfterAWhileAndWorksWhenSomebodyDoes() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    JaegerAgentExporter exporter =
        agentExporter(
            b ->
                b.clock(() -> Instant.EPOCH)
                    .resolver(
                        host -> {
                          asked.incrementAndGet();
                          return InetAddress.getLoopbackAddress();
                        }));
    int port = agent.port();
    agent.close();
    ExportResult result = export(exporter, spans(3));
    // The word that the packet came back takes its time.
    for (int i = 0; i < 10_000 && result.status() == Status.SUCCESS; i++) {
      result = export(exporter, spans(3));
    }
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.cause().orElseThrow()).isInstanceOf(PortUnreachableException.class);
    assertThat(result.message().orElse("")).contains("nobody listens at the agent's port");
    assertThat(result.outcomeUnknown()).isFalse();

    assertThat(asked).hasValue(1);
    agent = new UdpBackend(port);
    result = export(exporter, spans(3));
    assertThat(asked).as("after the failure").hasValue(2);
    if (result.status() == Status.RETRYABLE) {
      // Of a packet that was sent before it listened.
      result = export(exporter, spans(3));
    }
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(names(agent.take(1, LIMIT))).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void whatWasNotSentIsTheRemainder() throws Exception {
    List<SpanData> spans = new ArrayList<>(spansOf(List.of("a", "b", "c"), 4).spans());
    spans.add(span("b", "x".repeat(3000)));
    Batch batch = Batch.traces(spans);
    PacketPlan plan = PacketPlan.of(batch, 1000);
    int packets = plan.packets().size();
    assertThat(packets).isEqualTo(3);

    ExportResult result = plan.sentOnly(1, "broken");
    assertThat(result).hasToString("RETRYABLE[accepted=4, rejected=1, remainder=8, broken]");
    assertThat(result.remainder().orElseThrow().isPartOf(batch)).isTrue();
    assertThat(result.refused().orElseThrow().spans()).containsExactly(spans.get(12));
    assertThat(plan.sentOnly(0, "broken"))
        .hasToString("RETRYABLE[accepted=0, rejected=1, remainder=12, broken]");
    assertThat(plan.sent()).hasToString("PARTIAL[accepted=12, rejected=1]");
    assertThat(PacketPlan.of(spans(3), 1000).sentOnly(0, "broken"))
        .hasToString("RETRYABLE[accepted=0, broken]");
  }

  // --- Addresses ---

  @Test
  void looksUpTheHostEveryThirtySeconds() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    AtomicInteger asked = new AtomicInteger();
    JaegerAgentExporter exporter =
        agentExporter(
            b ->
                b.clock(now::get)
                    .resolver(
                        host -> {
                          asked.incrementAndGet();
                          return InetAddress.getLoopbackAddress();
                        }));
    Set<InetSocketAddress> senders = new HashSet<>();
    long[] seconds = {0, 29, 30, 59, 60, -100};
    int[] lookUps = {1, 1, 2, 2, 3, 4};
    for (int i = 0; i < seconds.length; i++) {
      now.set(Instant.EPOCH.plusSeconds(seconds[i]));
      assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
      assertThat(asked).as("after %s s", seconds[i]).hasValue(lookUps[i]);
      senders.add(agent.takeSender(LIMIT));
    }
    assertThat(senders).as("one socket, as the address is the same").hasSize(1);
  }

  @Test
  void followsAnAgentThatMoves() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    AtomicInteger asked = new AtomicInteger();
    JaegerAgentExporter exporter =
        agentExporter(
            b ->
                b.clock(now::get)
                    .resolver(
                        host -> {
                          // 127.0.0.2 is another address of the same machine; nobody is there.
                          int last = asked.getAndIncrement() == 0 ? 2 : 1;
                          return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
                        }));
    assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
    now.set(Instant.EPOCH.plusSeconds(30));
    assertThat(export(exporter, spans(2)).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(agent.take(1, LIMIT))).as("of the last export").hasSize(2);
  }

  @Test
  void theSocketIsClosedAtTheEnd() throws Exception {
    JaegerAgentExporter exporter = agentExporter();
    export(exporter, spans(1));
    InetSocketAddress from = agent.takeSender(LIMIT);
    exporter.shutdown(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    // Its port is free again.
    try (DatagramSocket same = new DatagramSocket(from)) {
      assertThat(same.getLocalPort()).isEqualTo(from.getPort());
    }
  }

  // --- Time ---

  /** An exporter whose look-up takes until it is released. */
  private JaegerAgentExporter stuck(
      CountDownLatch looking,
      CountDownLatch released,
      UnaryOperator<JaegerAgentExporter.Builder> setUp) {
    return agentExporter(
        b ->
            setUp
                .apply(b)
                .resolver(
                    host -> {
                      looking.countDown();
                      try {
                        assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                      return InetAddress.getLoopbackAddress();
                    }));
  }

  @Test
  void aLookUpThatTakesLongBlocksNobodyAndACancelledExportIsNotSent() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    JaegerAgentExporter exporter = stuck(looking, released, b -> b);
    CancellableContext first = CancellableContext.create();
    CancellableContext second = CancellableContext.create();
    CompletableFuture<ExportResult> looksUp =
        exporter.export(spans(1), first).toCompletableFuture();
    CompletableFuture<ExportResult> waits = exporter.export(spans(2), second).toCompletableFuture();
    CompletableFuture<ExportResult> last =
        exporter.export(spans(3), ExportContext.none()).toCompletableFuture();
    assertThat(looking.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(List.of(looksUp, waits, last)).noneMatch(CompletableFuture::isDone);

    first.cancel();
    second.cancel();
    assertThat(get(looksUp)).hasToString("RETRYABLE[accepted=0, cancelled]");
    assertThat(get(waits)).hasToString("RETRYABLE[accepted=0, cancelled]");
    released.countDown();
    assertThat(get(last).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(agent.take(1, LIMIT))).as("of the last one").hasSize(3);
  }

  @Test
  void givesUpWhenTheTimeIsOver() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    JaegerAgentExporter exporter =
        stuck(new CountDownLatch(1), released, b -> b.timeout(Duration.ofMillis(20)));
    assertThat(export(exporter, spans(1)))
        .hasToString("RETRYABLE[accepted=0, not sent within 20 ms]");
    released.countDown();
  }

  @Test
  void takesNoLongerThanItsContextHasLeft() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    JaegerAgentExporter exporter = stuck(new CountDownLatch(1), released, b -> b);
    ExportContext soon =
        CancellableContext.childOf(ExportContext.none(), Duration.ofMillis(20), System::nanoTime);
    ExportResult result = get(exporter.export(spans(1), soon).toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message().orElse("")).startsWith("not sent within");
    released.countDown();
  }

  @Test
  void whatIsUnderWayEndsWithTheGraceAndIsNotSent() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    JaegerAgentExporter exporter = stuck(looking, released, b -> b);
    CompletableFuture<ExportResult> export =
        exporter.export(spans(1), ExportContext.none()).toCompletableFuture();
    assertThat(looking.await(30, TimeUnit.SECONDS)).isTrue();
    ExportResult shutdown = get(exporter.shutdown(Duration.ofMillis(20)).toCompletableFuture());
    assertThat(shutdown.status()).isEqualTo(Status.SHUTDOWN);
    assertThat(get(export).status()).isEqualTo(Status.SHUTDOWN);
    released.countDown();
    assertThat(export(agentExporter(), spans(2)).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(agent.take(1, LIMIT))).as("of the other exporter").hasSize(2);
  }

  @Test
  void noMoreThanSomeBatchesWait() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    JaegerAgentExporter exporter = stuck(looking, released, b -> b.maxPacketBytes(500));
    Batch batch = spans(1);
    List<CompletableFuture<ExportResult>> waiting = new ArrayList<>();
    waiting.add(exporter.export(batch, ExportContext.none()).toCompletableFuture());
    assertThat(looking.await(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < JaegerAgentExporter.MAX_WAITING; i++) {
      waiting.add(exporter.export(batch, ExportContext.none()).toCompletableFuture());
    }
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(export(exporter, batch))
        .hasToString("RETRYABLE[accepted=0, not sent: 1024 batches wait for it already]");
    released.countDown();
    for (CompletableFuture<ExportResult> each : waiting) {
      assertThat(get(each).status()).isEqualTo(Status.SUCCESS);
    }
  }

  // --- Settings ---

  @Test
  void refusesWhatIsWrong() {
    JaegerAgentExporter.Builder builder = JaegerAgentExporter.builder();
    for (String host : List.of("", "a b", "http://agent", "me@agent", "agent/x", "Käse")) {
      assertThatThrownBy(() -> builder.agentHost(host))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "agentHost is '" + host + "': want the name or address of a host, without a port");
    }
    for (int port : new int[] {0, -1, 65_536}) {
      assertThatThrownBy(() -> builder.agentPort(port))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage("agentPort is " + port + ": want 1 to 65535");
    }
    for (int bytes : new int[] {499, 65_001}) {
      assertThatThrownBy(() -> builder.maxPacketBytes(bytes))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage("maxPacketBytes is " + bytes + ": want 500 to 65000");
    }
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("timeout is PT0S: want more than zero");
  }
}
