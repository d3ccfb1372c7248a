/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** OTLP/gRPC against grpc-java: bad networks, cancellation, and the end of a server. */
class OtlpGrpcFailureTest extends GrpcFixture {

  private static final Duration SHORT = Duration.ofMillis(500);

  @Test
  void canTryAgainWhenTheServerIsDownAndThenComesBack() throws Exception {
    OtlpExporter exporter = grpcExporter();
    int port = grpc.port();
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SUCCESS);
    grpc.stop();
    ExportResult down = export(exporter, spans(5));
    assertThat(down.status()).isEqualTo(Status.RETRYABLE);
    assertThat(down.statusCode()).isEmpty();

    grpc = OtlpGrpcServer.startOn(port);
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.calls()).hasSize(1);
  }

  @Test
  void saysThatNothingWasSentWhenNobodyListens() throws Exception {
    grpc.stop();
    ExportResult result = export(grpcExporter(), spans(5));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(ConnectException.class);
  }

  @Test
  void canTryAgainWhenTheServerSpeaksOnlyHttp1() throws Exception {
    ExportResult result =
        export(
            exporter(builder -> builder.protocol(OtlpProtocol.GRPC).endpoint(server.uri())),
            spans(5));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
  }

  // --- Cancellation ---

  @Test
  void cancelsTheCallOnTheServerWhenItIsCancelled() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    grpc.enqueue(call -> call.context().addListener(c -> cancelled.countDown(), Runnable::run));
    OtlpExporter exporter = grpcExporter();
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result = exportAsync(exporter, spans(5), context);
    OtlpGrpcServer.Received call = grpc.take(LIMIT);
    assertThat(call.context().isCancelled()).isFalse();
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(result).outcomeUnknown()).isTrue();
    assertThat(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(call.context().isCancelled()).isTrue();

    // Only the stream was closed.
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.connections()).isEqualTo(1);
    assertThat(grpc.streams()).isEqualTo(2);
  }

  @Test
  void givesUpOnASlowServerWhichHearsOfIt() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    grpc.enqueue(call -> call.context().addListener(c -> cancelled.countDown(), Runnable::run));
    ExportResult result = export(grpcExporter(builder -> builder.timeout(SHORT)), spans(5));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  // --- The end of a server ---

  @Test
  void letsCallsUnderWayEndWhenTheServerGoesAway() throws Exception {
    int port = grpc.port();
    grpc.enqueue(call -> {});
    OtlpExporter exporter = grpcExporter();
    CompletableFuture<ExportResult> result = exportAsync(exporter, spans(5), ExportContext.none());
    OtlpGrpcServer.Received call = grpc.take(LIMIT);
    // Sends GOAWAY, takes no more calls, and lets this one end.
    grpc.server().shutdown();
    call.succeed();
    assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.server().awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    grpc.stop();

    grpc = OtlpGrpcServer.startOn(port);
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.calls()).hasSize(1);
  }

  @Test
  void canTryAgainWhenTheServerEndsInTheMiddleOfACall() throws Exception {
    grpc.enqueue(call -> {});
    CompletableFuture<ExportResult> result =
        exportAsync(grpcExporter(), spans(5), ExportContext.none());
    grpc.take(LIMIT);
    grpc.stop();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(grpc.streams()).isEqualTo(1);
  }

  // --- The end of an exporter ---

  @Test
  void finishesWithinTheGraceWhatIsUnderWay() throws Exception {
    grpc.enqueue(call -> {});
    OtlpExporter exporter = grpcExporter();
    CompletableFuture<ExportResult> result = exportAsync(exporter, spans(5), ExportContext.none());
    OtlpGrpcServer.Received call = grpc.take(LIMIT);
    CompletableFuture<ExportResult> closed = exporter.shutdown(LIMIT).toCompletableFuture();
    assertThat(closed).isNotDone();
    call.succeed();
    assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    assertThat(get(closed).status()).isEqualTo(Status.SUCCESS);
    grpc.awaitNoConnection(LIMIT);
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SHUTDOWN);
  }

  @Test
  void abortsWhatOutlivesTheGrace() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    grpc.enqueue(call -> call.context().addListener(c -> cancelled.countDown(), Runnable::run));
    OtlpExporter exporter = grpcExporter();
    CompletableFuture<ExportResult> result = exportAsync(exporter, spans(5), ExportContext.none());
    grpc.take(LIMIT);
    CompletableFuture<ExportResult> closed = exporter.shutdown(SHORT).toCompletableFuture();
    assertThat(get(closed).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(get(result).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(get(result).outcomeUnknown()).isTrue();
    assertThat(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    grpc.awaitNoConnection(LIMIT);
  }
}
