/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import io.grpc.Deadline;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** OTLP/gRPC against grpc-java: what is sent, and what comes back. */
class OtlpGrpcExporterTest extends GrpcFixture {

  @Test
  void exportsTraces() throws Exception {
    ExportResult result = export(grpcExporter(), spans(3));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.statusCode()).hasValue(0);
    assertThat(result.message()).isEmpty();
    ExportTraceServiceRequest request = (ExportTraceServiceRequest) grpc.take(LIMIT).request();
    assertThat(request.getResourceSpansList())
        .flatExtracting(resource -> resource.getScopeSpansList())
        .flatExtracting(scope -> scope.getSpansList())
        .extracting(Span::getName)
        .containsExactly("span 0", "span 1", "span 2");
  }

  @Test
  void exportsMetrics() throws Exception {
    ExportResult result = export(grpcExporter(), metrics(3));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(3);
    ExportMetricsServiceRequest request = (ExportMetricsServiceRequest) grpc.take(LIMIT).request();
    assertThat(
            request
                .getResourceMetrics(0)
                .getScopeMetrics(0)
                .getMetrics(0)
                .getSum()
                .getDataPointsCount())
        .isEqualTo(3);
  }

  @Test
  void exportsLogs() throws Exception {
    ExportResult result = export(grpcExporter(), logs(2));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(2);
    ExportLogsServiceRequest request = (ExportLogsServiceRequest) grpc.take(LIMIT).request();
    assertThat(request.getResourceLogs(0).getScopeLogs(0).getLogRecordsList())
        .extracting(log -> log.getBody().getStringValue())
        .containsExactly("log 0", "log 1");
  }

  @Test
  void sendsNothingForAnEmptyBatch() throws Exception {
    assertThat(export(grpcExporter(), Batch.traces(List.of())).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.connections()).isZero();
  }

  // --- Where to ---

  @Test
  void goesToTheUsualPortOfThisHostByDefault() throws Exception {
    Proxy proxy =
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", server.port()));
    try (OtlpExporter exporter =
        OtlpExporter.builder().protocol(OtlpProtocol.GRPC).proxy(proxy).build()) {
      export(exporter, spans(1));
    }
    // HTTP/2 without TLS goes through a tunnel.
    assertThat(server.takeRequest(LIMIT))
        .satisfies(
            request -> {
              assertThat(request.method()).isEqualTo("CONNECT");
              assertThat(request.path()).isEqualTo("localhost:4317");
            });
  }

  @Test
  void appendsTheMethodToEveryEndpoint() throws Exception {
    OtlpExporter exporter =
        grpcExporter(
            builder ->
                builder
                    .endpoint("http://backend.invalid")
                    .endpoint(Signal.TRACES, grpc.uri())
                    .endpoint(Signal.METRICS, grpc.uri() + "/")
                    .endpoint(Signal.LOGS, grpc.uri() + "/prefix"));
    assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
    assertThat(export(exporter, metrics(1)).status()).isEqualTo(Status.SUCCESS);
    ExportResult unknown = export(exporter, logs(1));
    assertThat(unknown.status()).isEqualTo(Status.PERMANENT);
    assertThat(unknown.statusCode()).hasValue(12);
    assertThat(unknown.message().orElseThrow())
        .startsWith("gRPC UNIMPLEMENTED: ")
        .contains("prefix/opentelemetry.proto.collector.logs.v1.LogsService/Export");
  }

  // --- Headers ---

  @Test
  void sendsTheHeadersOfGrpcAndOfTheUser() throws Exception {
    export(
        grpcExporter(
            builder -> builder.header("Authorization", "Bearer s3cret").header("x-tenant", "acme")),
        spans(1));
    OtlpGrpcServer.Received call = grpc.take(LIMIT);
    assertThat(call.headers("content-type")).containsExactly("application/grpc");
    assertThat(call.headers("grpc-accept-encoding")).containsExactly("identity,gzip");
    assertThat(call.headers("grpc-encoding")).isEmpty();
    assertThat(call.headers("content-encoding")).isEmpty();
    assertThat(call.headers("accept-encoding")).containsExactly("identity");
    assertThat(call.headers("authorization")).containsExactly("Bearer s3cret");
    assertThat(call.headers("x-tenant")).containsExactly("acme");
    assertThat(call.headers("user-agent"))
        .singleElement()
        .asString()
        .matches("Telex/(\\d+\\.\\d+\\.\\d+\\S*) OTel-OTLP-Exporter-Java/\\1");
  }

  @Test
  void showsNoHeaderThatTheServerRepeats() throws Exception {
    grpc.enqueue(
        call -> call.fail(io.grpc.Status.UNAUTHENTICATED.withDescription("no token s3cret-token")));
    ExportResult result =
        export(
            grpcExporter(builder -> builder.header("Authorization", "Bearer s3cret-token")),
            spans(1));
    assertThat(result.message()).hasValue("gRPC UNAUTHENTICATED: no token ***");
    assertThat(result.toString()).doesNotContain("s3cret");
  }

  // --- Time ---

  @Test
  void tellsTheServerTheTimeThatIsLeft() throws Exception {
    export(grpcExporter(builder -> builder.timeout(Duration.ofSeconds(20))), spans(1));
    assertThat(secondsLeft(grpc.take(LIMIT))).isBetween(1L, 20L);

    ExportContext context =
        CancellableContext.childOf(ExportContext.none(), Duration.ofMinutes(30), System::nanoTime);
    OtlpExporter patient = grpcExporter(builder -> builder.timeout(Duration.ofDays(365)));
    get(exportAsync(patient, spans(1), context));
    assertThat(secondsLeft(grpc.take(LIMIT))).isBetween(20L * 60, 30L * 60);

    export(patient, spans(1));
    assertThat(secondsLeft(grpc.take(LIMIT))).isBetween(364L * 86_400, 365L * 86_400);
    export(grpcExporter(builder -> builder.timeout(Duration.ofSeconds(Long.MAX_VALUE))), spans(1));
    assertThat(grpc.take(LIMIT).context().getDeadline()).isNotNull();
  }

  private static long secondsLeft(OtlpGrpcServer.Received call) {
    Deadline deadline = call.context().getDeadline();
    assertThat(deadline).isNotNull();
    return deadline.timeRemaining(TimeUnit.SECONDS) + 1;
  }

  // --- Compression, and large messages ---

  @Test
  void sendsGzip() throws Exception {
    Batch batch = spans(500);
    OtlpExporter exporter = grpcExporter(builder -> builder.compression(Gzip.fast()));
    assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);
    OtlpGrpcServer.Received call = grpc.take(LIMIT);
    assertThat(call.headers("grpc-encoding")).containsExactly("gzip");
    assertThat(call.request().toByteArray().length)
        .isEqualTo((int) batch.encoded(OtlpEncoding.PROTOBUF).size());
    assertThat(grpc.takeWireSize(LIMIT))
        .isEqualTo(batch.encoded(OtlpEncoding.PROTOBUF, Gzip.fast()).size())
        .isLessThan(call.request().toByteArray().length / 2L);
    assertThat(exporter.bytesSent())
        .isEqualTo(5 + batch.encoded(OtlpEncoding.PROTOBUF, Gzip.fast()).size());
  }

  @Test
  void readsGzip() throws Exception {
    grpc.enqueue(
        call -> {
          call.out().setCompression("gzip");
          call.succeed(rejected(2, "too old"));
        });
    ExportResult result = export(grpcExporter(), spans(5));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.rejections()).containsExactly(new Rejection(2, "too old"));
  }

  @Test
  void sendsMessagesOfManyFramesAndWindows() throws Exception {
    // grpc-java opens windows of 1 MiB, and takes frames of 16 KiB.
    Batch batch = spans(40_000);
    assertThat(batch.encoded(OtlpEncoding.PROTOBUF).size()).isBetween(2L << 20, 4L << 20);
    assertThat(export(grpcExporter(), batch).status()).isEqualTo(Status.SUCCESS);
    assertThat(grpc.take(LIMIT).request().toByteArray())
        .isEqualTo(ExportTraceServiceRequest.parseFrom(encoded(batch)).toByteArray())
        .hasSize((int) batch.encoded(OtlpEncoding.PROTOBUF).size());
  }

  @Test
  void whatTheServerFindsTooLargeIsSentInHalves() throws Exception {
    Batch batch = spans(100_000);
    assertThat(batch.encoded(OtlpEncoding.PROTOBUF).size())
        .as("the limit of grpc-java is 4 MiB")
        .isBetween(4L << 20, 16L << 20);
    ExportResult result = export(grpcExporter(), batch);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(100_000);
    int spans = 0;
    while (spans < 100_000) {
      spans +=
          ((ExportTraceServiceRequest) grpc.take(LIMIT).request())
              .getResourceSpans(0)
              .getScopeSpans(0)
              .getSpansCount();
    }
    assertThat(spans).isEqualTo(100_000);
  }

  @Test
  void theWordsForAMessageThatIsTooLargeAreThoseOfTheServersThatThereAre() {
    for (String words :
        List.of(
            "gRPC message exceeds maximum size 4194304: 5000000",
            "grpc: received message larger than max (5000000 vs. 4194304)",
            "grpc: received message after decompression larger than max 4194304",
            "Received message exceeds the maximum configured message size.",
            "Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304")) {
      ExportResult result = ExportResult.permanent("gRPC RESOURCE_EXHAUSTED: " + words);
      assertThat(OtlpGrpcAnswer.isTooLarge(result.withStatusCode(8))).as(words).isTrue();
      assertThat(OtlpGrpcAnswer.isTooLarge(result.withStatusCode(11))).as(words).isTrue();
      assertThat(OtlpGrpcAnswer.isTooLarge(result.withStatusCode(14))).as(words).isFalse();
    }
    ExportResult quota = ExportResult.permanent("gRPC RESOURCE_EXHAUSTED: quota exceeded");
    assertThat(OtlpGrpcAnswer.isTooLarge(quota.withStatusCode(8))).isFalse();
  }

  @Test
  void aBatchOverOurLimitIsSentInPartsAsWell() throws Exception {
    Batch batch = spans(100);
    long limit = batch.encoded(OtlpEncoding.PROTOBUF).size() - 1;
    ExportResult result = export(grpcExporter(builder -> builder.maxRequestBytes(limit)), batch);
    assertThat(result.accepted()).isEqualTo(100);
    assertThat(grpc.streams()).isEqualTo(2);
  }

  @Test
  void sharesTheBytesWithHttp() throws Exception {
    Batch batch = spans(100);
    assertThat(export(exporter(), batch).status()).isEqualTo(Status.SUCCESS);
    grpc.enqueue(call -> call.fail(io.grpc.Status.UNAVAILABLE));
    OtlpExporter exporter = grpcExporter();
    assertThat(export(exporter, batch).status()).isEqualTo(Status.RETRYABLE);
    assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);
    byte[] posted = server.takeRequest(LIMIT).body();
    for (OtlpGrpcServer.Received call : grpc.calls()) {
      assertThat(call.request()).isEqualTo(ExportTraceServiceRequest.parseFrom(posted));
    }
    assertThat(grpc.calls()).hasSize(2);
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void hasSeveralCallsUnderWayOnOneConnection() throws Exception {
    OtlpExporter exporter = grpcExporter(builder -> builder.maxInFlight(3));
    export(exporter, spans(1));
    grpc.take(LIMIT);
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      grpc.enqueue(call -> {});
      results.add(exportAsync(exporter, spans(1), ExportContext.none()));
    }
    List<OtlpGrpcServer.Received> held = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      held.add(grpc.take(LIMIT));
    }
    assertThat(grpc.streams()).isEqualTo(4);
    assertThat(results).noneMatch(CompletableFuture::isDone);
    // The last that came is answered first.
    held.get(2).succeed();
    grpc.take(LIMIT).succeed();
    grpc.take(LIMIT).succeed();
    held.get(1).succeed();
    held.get(0).succeed();
    for (CompletableFuture<ExportResult> result : results) {
      assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(grpc.calls())
        .extracting(OtlpGrpcServer.Received::peer)
        .containsOnly(held.get(0).peer());
    assertThat(grpc.connections()).isEqualTo(1);
  }

  // --- Partial success ---

  @Test
  void countsWhatTheServerRejected() throws Exception {
    OtlpExporter exporter = grpcExporter();
    grpc.enqueue(call -> call.succeed(rejected(2, "too\told")));
    ExportResult traces = export(exporter, spans(5));
    assertThat(traces.status()).isEqualTo(Status.PARTIAL);
    assertThat(traces.rejections()).containsExactly(new Rejection(2, "too old"));
    assertThat(traces.accepted()).isEqualTo(3);
    assertThat(traces.statusCode()).hasValue(0);
    assertThat(traces.message()).hasValue("the server rejected 2 of 5: too old");

    grpc.enqueue(
        call ->
            call.succeed(
                ExportMetricsServiceResponse.newBuilder()
                    .setPartialSuccess(
                        ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(1))
                    .build()));
    assertThat(export(exporter, metrics(4)).rejections()).containsExactly(new Rejection(1, ""));

    grpc.enqueue(
        call ->
            call.succeed(
                ExportLogsServiceResponse.newBuilder()
                    .setPartialSuccess(
                        ExportLogsPartialSuccess.newBuilder()
                            .setRejectedLogRecords(9)
                            .setErrorMessage("no quota"))
                    .build()));
    ExportResult logs = export(exporter, logs(3));
    assertThat(logs.rejections()).containsExactly(new Rejection(3, "no quota"));
    assertThat(logs.accepted()).isZero();
  }

  @Test
  void takesAMessageWithoutRejectedItemsForAWarning() throws Exception {
    grpc.enqueue(call -> call.succeed(rejected(0, "slow down")));
    ExportResult result = export(grpcExporter(), spans(5));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(result.message()).hasValue("the server warns: slow down");
  }

  private static ExportTraceServiceResponse rejected(long count, String message) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder().setRejectedSpans(count).setErrorMessage(message))
        .build();
  }

  private static byte[] encoded(Batch batch) throws Exception {
    return batch.encoded(OtlpEncoding.PROTOBUF).toByteArray();
  }
}
