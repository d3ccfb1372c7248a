/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.Hold;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad networks, and the end of an exporter, beyond what {@link OtlpExporterContractTest} holds it
 * to.
 */
class OtlpExporterFailureTest extends OtlpFixture {

  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void canTryAgainWhenTheServerIsDownAndThenComesBack() throws Exception {
    OtlpExporter exporter = exporter();
    Batch batch = spans(5);
    server.close();
    ExportResult down = export(exporter, batch);
    assertThat(down.status()).isEqualTo(Status.RETRYABLE);
    assertThat(down.outcomeUnknown()).isFalse();
    assertThat(down.cause().orElseThrow()).isInstanceOf(ConnectException.class);
    assertThat(exporter.bytesSent()).isZero();

    try (FaultServer again = FaultServer.startOn(server.port())) {
      assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);
      assertThat(again.requests()).hasSize(1);
      exporter.close();
    }
  }

  static Stream<Answer> brokenAnswers() {
    return Stream.of(
        Answer.reset(),
        Answer.resetAfterBytes(50),
        Answer.close(),
        Answer.garbage(),
        Answer.ok().body("application/x-protobuf", new byte[10]).cutAfter(5),
        Answer.ok().body("application/x-protobuf", new byte[10]).resetAnswerAfter(5));
  }

  @ParameterizedTest
  @MethodSource("brokenAnswers")
  void canTryAgainWhenTheConnectionBreaks(Answer answer) throws Exception {
    server.enqueue(answer);
    OtlpExporter exporter = exporter();
    Batch batch = spans(5);
    ExportResult result = export(exporter, batch);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.cause()).isPresent();
    assertThat(result.accepted()).isZero();
    assertThat(server.requests()).hasSize(1);
    assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void canTryAgainWhenTheServerResetsInTheMiddleOfTheBody() throws Exception {
    server.enqueue(Answer.resetAfterBytes(1000));
    ExportResult result = export(exporter(), spans(20_000));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(server.takeRequest(LIMIT).isComplete()).isFalse();
  }

  @Test
  void givesUpOnASlowServerAndClosesTheConnection() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    ExportResult result = export(exporter(builder -> builder.timeout(SHORT)), spans(5));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.message()).hasValue("no answer within 200 ms");
    hold.awaitClientClosed(LIMIT);
  }

  // --- The end ---

  @Test
  void closesTheTransportAlsoWhenNobodyWaitsForTheShutdown() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    OtlpExporter exporter = exporter();
    CompletableFuture<ExportResult> result = exportAsync(exporter, spans(5), ExportContext.none());
    hold.awaitRequest(LIMIT);
    exporter.shutdown(LIMIT).toCompletableFuture().cancel(true);
    hold.release();
    assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    server.awaitConnectionsOpen(0, LIMIT);
  }
}
