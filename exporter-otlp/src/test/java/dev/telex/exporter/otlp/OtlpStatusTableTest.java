/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every status of gRPC and of HTTP, with and without a delay of the server (opentelemetry-proto,
 * {@code docs/specification.md}, "OTLP/gRPC Response" and "OTLP/HTTP Response").
 */
class OtlpStatusTableTest extends GrpcFixture {

  private static final Duration DELAY = Duration.ofMillis(7500);

  @ParameterizedTest
  @EnumSource(Code.class)
  void mapsEveryStatusOfGrpc(Code code) throws Exception {
    OtlpExporter exporter = grpcExporter();
    if (code == Code.OK) {
      ExportResult result = export(exporter, spans(5));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.statusCode()).hasValue(0);
      return;
    }
    Status alone =
        switch (code) {
          case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS ->
              Status.RETRYABLE;
          default -> Status.PERMANENT;
        };
    Status withRetryInfo = code == Code.RESOURCE_EXHAUSTED ? Status.RETRYABLE : alone;
    io.grpc.Status status = code.toStatus().withDescription("the words");

    grpc.enqueue(call -> call.fail(status));
    check(export(exporter, spans(5)), code, alone, null);

    grpc.enqueue(withRetryInfo(status, DELAY));
    check(
        export(exporter, spans(5)),
        code,
        withRetryInfo,
        withRetryInfo == Status.RETRYABLE ? DELAY : null);

    // Zero: try again, as late as you like.
    grpc.enqueue(withRetryInfo(status, Duration.ZERO));
    check(export(exporter, spans(5)), code, withRetryInfo, null);

    grpc.enqueue(withDetail(status, Any.pack(ErrorInfo.newBuilder().setReason("QUOTA").build())));
    check(export(exporter, spans(5)), code, alone, null);
    assertThat(grpc.calls()).hasSize(4);
    assertThat(grpc.streams()).isEqualTo(4);
  }

  private static void check(
      ExportResult result, Code code, Status expected, @Nullable Duration delay) {
    assertThat(result.status()).isEqualTo(expected);
    assertThat(result.statusCode()).hasValue(code.value());
    assertThat(result.retryAfter().orElse(null)).isEqualTo(delay);
    assertThat(result.message()).hasValue("gRPC " + code + ": the words");
    assertThat(result.accepted()).isZero();
    assertThat(result.outcomeUnknown()).isEqualTo(code == Code.DEADLINE_EXCEEDED);
  }

  /** All statuses that are in use, and the edges of each class. */
  static IntStream statusesOfHttp() {
    return IntStream.of(
        200, 201, 202, 203, 204, 206, 207, 208, 226, 299, //
        300, 301, 302, 303, 304, 305, 307, 308, 399, //
        400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
        418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, //
        500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 529, 599);
  }

  static Stream<Arguments> protocolsOfHttp() {
    return statusesOfHttp()
        .boxed()
        .flatMap(
            status ->
                Stream.of(
                    Arguments.of(status, OtlpProtocol.HTTP_PROTOBUF),
                    Arguments.of(status, OtlpProtocol.HTTP_JSON)));
  }

  @ParameterizedTest
  @MethodSource("protocolsOfHttp")
  void mapsEveryStatusOfHttp(int status, OtlpProtocol protocol) throws Exception {
    Status expected =
        switch (status) {
          case 429, 502, 503, 504 -> Status.RETRYABLE;
          default -> status < 300 ? Status.SUCCESS : Status.PERMANENT;
        };
    OtlpExporter exporter = exporter(builder -> builder.protocol(protocol));
    server.enqueue(Answer.status(status), Answer.status(status).header("Retry-After", "7"));
    for (OptionalInt delay : List.of(OptionalInt.empty(), OptionalInt.of(7))) {
      // One item, because 413 halves a batch of several.
      ExportResult result = export(exporter, spans(1));
      assertThat(result.status()).isEqualTo(expected);
      assertThat(result.statusCode()).hasValue(status);
      assertThat(result.accepted()).isEqualTo(expected == Status.SUCCESS ? 1 : 0);
      assertThat(result.outcomeUnknown()).isFalse();
      assertThat(result.retryAfter().map(Duration::toSeconds).map(Long::intValue).orElse(null))
          .isEqualTo(expected == Status.RETRYABLE && delay.isPresent() ? delay.getAsInt() : null);
    }
    // One request each: neither a redirect nor a status made a second one.
    assertThat(server.requests()).hasSize(2);
  }
}
