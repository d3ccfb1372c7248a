/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static dev.telex.reliability.Join.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.EncodingStats;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.reliability.DeliveryStats;
import dev.telex.reliability.ExportListener;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.SampleBatches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole chain over real sockets: what only the plugins and the decorators together show. */
class OtlpChainTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final RetryPolicy AT_ONCE =
      RetryPolicy.builder().maxAttempts(8).initialBackoff(Duration.ofMillis(1)).build();

  private final FaultServer one = FaultServer.start();
  private final FaultServer two = FaultServer.start();
  private final FaultServer three = FaultServer.start();
  private final Batch batch = SampleBatches.spans(512);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    one.close();
    two.close();
    three.close();
  }

  @Test
  void oneBatchForThreeLegsAndFourAttemptsIsEncodedAndCompressedOnce() throws Exception {
    one.enqueue(Answer.status(503), Answer.status(429), Answer.resetAfterBytes(100));
    try (Exporter chain =
        ExporterChain.fanOut(
                ALL,
                ExporterChain.of(otlp(one)).named("one").retry(AT_ONCE),
                ExporterChain.of(otlp(two)).named("two").retry(AT_ONCE),
                ExporterChain.of(otlp(three)).named("three"))
            .build()) {
      assertThat(export(chain).status()).isEqualTo(SUCCESS);
    }

    assertThat(one.requests()).hasSize(4);
    assertThat(two.requests()).hasSize(1);
    assertThat(three.requests()).hasSize(1);
    EncodingStats stats = batch.encodingStats();
    assertThat(stats.encodings()).isEqualTo(1);
    assertThat(stats.compressions()).isEqualTo(1);
    byte[] sent = three.requests().get(0).body();
    assertThat((long) sent.length).isEqualTo(stats.compressedBytes());
    assertThat(two.requests().get(0).body()).isEqualTo(sent);
    assertThat(one.requests().stream().filter(ReceivedRequest::isComplete))
        .hasSize(3)
        .allSatisfy(request -> assertThat(request.body()).isEqualTo(sent));
  }

  @Test
  void whatAServerRejectsIsToldToTheListenersAndNotSentAgain() throws Exception {
    one.enqueue(
        Answer.status(503),
        Answer.ok()
            .body(
                "application/json",
                "{\"partialSuccess\":{\"rejectedSpans\":\"12\",\"errorMessage\":\"too old\"}}"));
    DeliveryStats stats = new DeliveryStats();
    List<ExportResult> told = new CopyOnWriteArrayList<>();
    ExportListener listener =
        new ExportListener() {
          @Override
          public void onResult(String leg, Batch exported, ExportResult result) {
            told.add(result);
          }
        };
    try (Exporter chain =
        ExporterChain.of(otlp(one)).retry(AT_ONCE).listener(stats).listener(listener).build()) {
      ExportResult result = export(chain);
      assertThat(result.status()).isEqualTo(PARTIAL);
      assertThat(result.accepted()).isEqualTo(500);
      assertThat(result.rejections()).containsExactly(new Rejection(12, "too old"));
      assertThat(result.message()).hasValue("the server rejected 12 of 512: too old");
    }
    assertThat(one.requests()).hasSize(2);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).rejections()).containsExactly(new Rejection(12, "too old"));
    assertThat(told.get(0).message()).hasValue("the server rejected 12 of 512: too old");
    assertThat(stats.of("otlp", Signal.TRACES).delivered()).isEqualTo(500);
    assertThat(stats.of("otlp", Signal.TRACES).rejected()).isEqualTo(12);
  }

  @Test
  void aTimeoutOfTheChainClosesTheConnectionAtTheServer() throws Exception {
    Hold hold = new Hold();
    one.enqueue(Answer.ok().holdBeforeAnswer(hold));
    try (Exporter chain = ExporterChain.of(otlp(one)).timeout(Duration.ofMillis(200)).build()) {
      ExportResult result = export(chain);
      assertThat(result.status()).isEqualTo(RETRYABLE);
      // The exporter, which knows what time is left, and the decorator end it at the same moment.
      assertThat(result.message().orElseThrow()).containsAnyOf("timed out", "no answer within");
      assertThat(result.outcomeUnknown()).isTrue();
      hold.awaitClientClosed(LIMIT);
    }
  }

  @Test
  void cancellingTheFutureOfTheChainClosesTheConnectionAtTheServer() throws Exception {
    Hold hold = new Hold();
    one.enqueue(Answer.ok().holdBeforeAnswer(hold));
    try (Exporter chain =
        ExporterChain.fanOut(
                ALL,
                ExporterChain.of(otlp(one)).named("held").retry(AT_ONCE),
                ExporterChain.of(otlp(two)).named("other"))
            .build()) {
      CompletableFuture<ExportResult> future =
          chain.export(batch, ExportContext.none()).toCompletableFuture();
      hold.awaitRequest(LIMIT);
      future.cancel(true);
      hold.awaitClientClosed(LIMIT);
    }
    assertThat(one.requests()).hasSize(1);
  }

  @Test
  void afterCloseNoThreadAndNoSocketOfOursIsLeft() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    one.enqueue(Answer.status(503));
    Exporter chain =
        ExporterChain.fanOut(
                ALL,
                ExporterChain.of(otlp(one))
                    .named("one")
                    .timeout(LIMIT)
                    .retry(AT_ONCE)
                    .fallback(LoggingExporter.toFile(folder.resolve("undelivered.jsonl"))),
                ExporterChain.of(otlp(two)).named("two"),
                ExporterChain.of(LoggingExporter.toFile(folder.resolve("all.jsonl"))).named("all"))
            .build();
    assertThat(export(chain).status()).isEqualTo(SUCCESS);
    assertThat(one.connectionsOpen() + two.connectionsOpen()).isPositive();

    chain.close();

    one.awaitConnectionsOpen(0, LIMIT);
    two.awaitConnectionsOpen(0, LIMIT);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      boolean ours =
          !before.contains(thread)
              && !thread.getName().startsWith("telex-faultserver")
              && (thread.getName().startsWith("telex-") || !thread.isDaemon());
      if (ours) {
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  @Test
  void whatTheServerNeverTookIsInTheFileAndTheBooksBalance() throws Exception {
    one.answerByDefault(Answer.status(503));
    Path file = folder.resolve("undelivered.jsonl");
    DeliveryStats stats = new DeliveryStats();
    try (Exporter chain =
        ExporterChain.of(otlp(one))
            .retry(AT_ONCE)
            .fallback(LoggingExporter.toFile(file))
            .listener(stats)
            .build()) {
      assertThat(export(chain).fellBack()).isEqualTo(512);
    }
    assertThat(one.requests()).hasSize(8);
    DeliveryStats.Counts counts = stats.of("otlp", Signal.TRACES);
    assertThat(counts.fellBack()).isEqualTo(counts.items()).isEqualTo(512);
    assertThat(counts.retries()).isEqualTo(7);
    assertThat(file).content().contains("\"name\":\"span-0\"", "\"name\":\"span-511\"");
  }

  @Test
  void nothingThatIsPrintedHoldsAHeader() {
    Exporter secretive =
        OtlpExporter.builder()
            .endpoint(one.url("/"))
            .header("Authorization", "Bearer s3cr3t")
            .build();
    try (Exporter chain =
        ExporterChain.of(secretive)
            .timeout(LIMIT)
            .retry(AT_ONCE)
            .fallback(LoggingExporter.toFile(folder.resolve("undelivered.jsonl")))
            .build()) {
      assertThat(chain).hasToString("Fallback(Retry(Timeout(otlp)), logging)");
      assertThat(secretive).hasToString("otlp");
    }
  }

  private ExportResult export(Exporter exporter) throws Exception {
    return exporter
        .export(batch, ExportContext.none())
        .toCompletableFuture()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static OtlpExporter otlp(FaultServer server) {
    return OtlpExporter.builder().endpoint(server.url("/")).compression(Gzip.fast()).build();
  }
}
