/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.Answer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer becomes. */
class OtlpExporterAnswerTest extends OtlpFixture {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  // --- 200 ---

  @Test
  void takesAnEmptyOrCompleteResponseForSuccess() throws Exception {
    OtlpExporter exporter = exporter();
    server.enqueue(
        Answer.ok(),
        Answer.ok().header("Content-Type", "text/plain"),
        Answer.ok().body(PROTOBUF, ExportTraceServiceResponse.getDefaultInstance().toByteArray()),
        protobuf(
            ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.getDefaultInstance())
                .build()),
        Answer.ok().body(JSON + "; charset=utf-8", "{}"),
        Answer.ok().body(JSON, "{\"partialSuccess\":{}}"),
        Answer.ok().body(JSON, "{\"partialSuccess\":null}"),
        Answer.status(202),
        Answer.status(204));
    for (int i = 0; i < 9; i++) {
      ExportResult result = export(exporter, spans(2));
      assertThat(result.status()).as("answer %d", i).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.message()).isEmpty();
    }
    assertThat(server.requests()).hasSize(9);
  }

  @Test
  void countsWhatTheServerRejected() throws Exception {
    OtlpExporter exporter = exporter();
    server.enqueue(
        protobuf(
            ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(
                    ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(2)
                        .setErrorMessage("too\told"))
                .build()),
        protobuf(
            ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(
                    ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(1))
                .build()),
        protobuf(
            ExportLogsServiceResponse.newBuilder()
                .setPartialSuccess(
                    ExportLogsPartialSuccess.newBuilder()
                        .setRejectedLogRecords(3)
                        .setErrorMessage("no quota"))
                .build()));

    ExportResult traces = export(exporter, spans(5));
    assertThat(traces.status()).isEqualTo(Status.PARTIAL);
    assertThat(traces.rejections()).containsExactly(new Rejection(2, "too old"));
    assertThat(traces.accepted()).isEqualTo(3);
    assertThat(traces.remainder()).isEmpty();
    assertThat(traces.message()).hasValue("the server rejected 2 of 5: too old");
    assertThat(traces.statusCode()).hasValue(200);

    ExportResult metrics = export(exporter, metrics(4));
    assertThat(metrics.rejections()).containsExactly(new Rejection(1, ""));
    assertThat(metrics.accepted()).isEqualTo(3);

    ExportResult logs = export(exporter, logs(3));
    assertThat(logs.status()).isEqualTo(Status.PARTIAL);
    assertThat(logs.rejections()).containsExactly(new Rejection(3, "no quota"));
    assertThat(logs.accepted()).isZero();
  }

  @Test
  void readsPartialSuccessInJson() throws Exception {
    OtlpExporter exporter = exporter(builder -> builder.protocol(OtlpProtocol.HTTP_JSON));
    server.enqueue(
        Answer.ok()
            .body(JSON, "{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"old\"}}"),
        Answer.ok().body(JSON, "{\"partialSuccess\":{\"rejectedLogRecords\":1}}"),
        Answer.ok().body(JSON, "{\"partialSuccess\":{\"rejectedDataPoints\":\"4\"}}"));
    assertThat(export(exporter, spans(5)).rejections()).containsExactly(new Rejection(2, "old"));
    assertThat(export(exporter, logs(5)).rejections()).containsExactly(new Rejection(1, ""));
    assertThat(export(exporter, metrics(5)).rejections()).containsExactly(new Rejection(4, ""));
  }

  @ParameterizedTest
  @ValueSource(longs = {6, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE})
  void countsNoMoreRejectedItemsThanThereWere(long claimed) throws Exception {
    server.enqueue(rejected(claimed, "x".repeat(100_000)));
    ExportResult result = export(exporter(), spans(5));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.rejected()).isEqualTo(5);
    assertThat(result.accepted()).isZero();
    assertThat(result.rejections().get(0).reason()).hasSize(200);
  }

  @Test
  void takesAMessageWithoutRejectedItemsForAWarning() throws Exception {
    server.enqueue(rejected(0, "slow\ndown"), rejected(-1, "strange"));
    OtlpExporter exporter = exporter();
    ExportResult warned = export(exporter, spans(5));
    assertThat(warned.status()).isEqualTo(Status.SUCCESS);
    assertThat(warned.accepted()).isEqualTo(5);
    assertThat(warned.rejections()).isEmpty();
    assertThat(warned.message()).hasValue("the server warns: slow down");
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void takesAForeignAnswerForNoDelivery() throws Exception {
    server.enqueue(
        Answer.ok().body("text/html; charset=utf-8", "<html>Please log in</html>"),
        Answer.ok().body("text/plain", "ok"),
        Answer.ok().body("<html>".getBytes(StandardCharsets.UTF_8)));
    OtlpExporter exporter = exporter();
    ExportResult result = export(exporter, spans(5));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(200);
    assertThat(result.message())
        .hasValue(
            "HTTP 200 with text/html: not the answer of an OTLP server but perhaps of a proxy or a"
                + " login page");
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.PERMANENT);
    assertThat(export(exporter, spans(5)).message().orElseThrow()).contains("no content type");
  }

  @Test
  void takesAResponseThatCannotBeReadForSuccessAndSaysSo() throws Exception {
    server.enqueue(
        Answer.ok().body(PROTOBUF, new byte[] {0x0a, 0x7f, 1}), Answer.ok().body(JSON, "{\"part"));
    OtlpExporter exporter = exporter();
    for (int i = 0; i < 2; i++) {
      ExportResult result = export(exporter, spans(5));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(5);
      assertThat(result.message().orElseThrow())
          .startsWith("HTTP 200, but the answer cannot be read (it")
          .endsWith("): whether the server rejected items is not known");
    }
  }

  @Test
  void readsNoMoreThanTheLimitOfAnAnswer() throws Exception {
    OtlpExporter exporter = exporter();
    server.enqueue(
        Answer.ok().header("Content-Type", PROTOBUF).bodyOfSize(5 << 20),
        Answer.ok().header("Content-Type", PROTOBUF).bodyOfSize(5 << 20).gzipped(),
        Answer.ok().header("Content-Type", PROTOBUF).bodyOfSize(Long.MAX_VALUE).chunked());
    for (int i = 0; i < 3; i++) {
      ExportResult result = export(exporter, spans(5));
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.message().orElseThrow()).contains("4194304 bytes (maxResponseBytes)");
    }
    OtlpExporter small = exporter(builder -> builder.maxResponseBytes(2));
    server.enqueue(Answer.ok().body(JSON, "{}"), Answer.ok().body(JSON, "{ }"));
    assertThat(export(small, spans(5)).status()).isEqualTo(Status.SUCCESS);
    assertThat(export(small, spans(5)).status()).isEqualTo(Status.PERMANENT);
  }

  // --- Failures ---

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void canTryAgainAfterTheseStatuses(int status) throws Exception {
    OtlpExporter exporter =
        exporter(
            builder ->
                builder.transport(
                    t -> t.clock(InstantSource.fixed(Instant.parse("1994-11-06T08:49:07Z")))));
    server.enqueue(
        Answer.status(status),
        Answer.status(status).header("Retry-After", "0"),
        Answer.status(status).header("Retry-After", "17"),
        Answer.status(status).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        Answer.status(status).header("Retry-After", "Sun, 06 Nov 1994 08:49:06 GMT"),
        Answer.status(status).header("Retry-After", "in a while"),
        Answer.status(status).header("Retry-After", "99999999999999999999999"));
    assertThat(delay(exporter, status)).isNull();
    assertThat(delay(exporter, status)).isEqualTo(Duration.ZERO);
    assertThat(delay(exporter, status)).isEqualTo(Duration.ofSeconds(17));
    assertThat(delay(exporter, status)).isEqualTo(Duration.ofSeconds(30));
    assertThat(delay(exporter, status)).isEqualTo(Duration.ZERO);
    assertThat(delay(exporter, status)).isNull();
    assertThat(delay(exporter, status)).isEqualTo(Duration.ofDays(36_500));
    assertThat(server.requests()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 407, 408, 415, 421, 500, 501, 505, 304})
  void cannotTryAgainAfterOtherStatuses(int status) throws Exception {
    server.enqueue(Answer.status(status).header("Retry-After", "1"));
    ExportResult result = export(exporter(), spans(5));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.accepted()).isZero();
    assertThat(result.retryAfter()).isEmpty();
    assertThat(result.message()).get().asString().startsWith("HTTP " + status);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void followsNoRedirect() throws Exception {
    server.enqueue(
        Answer.status(307).header("Location", server.url("/elsewhere?token=s3cret")),
        Answer.status(301).header("Location", "https://collector.example/v1/traces"));
    OtlpExporter exporter = exporter();
    ExportResult result = export(exporter, spans(5));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message().orElseThrow())
        .contains("HTTP 307 points to 127.0.0.1:" + server.port())
        .doesNotContain("s3cret");
    assertThat(export(exporter, spans(5)).message().orElseThrow()).contains("collector.example");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void passesTheWordsOfTheServerOn() throws Exception {
    // google.rpc.Status has no class here: code = 1, message = 2, details = 3.
    ByteString status =
        ByteString.fromHex("0803").concat(field(2, "span 3\nhas no name")).concat(field(3, "x"));
    server.enqueue(
        Answer.status(400).body(PROTOBUF, status.toByteArray()),
        Answer.status(400)
            .body(JSON, "{\"code\":3,\"message\":\"span 3 has no name\",\"details\":[{\"a\":1}]}"),
        Answer.status(400).body("text/plain", "span 3\r\nhas no name"),
        Answer.status(400).body(JSON, "{\"error\":\"span 3 has no name\"}"),
        Answer.status(400).body(PROTOBUF, new byte[] {1, 2, 3}),
        Answer.status(400).body("text/html", "<h1>Bad Request</h1>"),
        Answer.status(503).body(PROTOBUF, field(2, "y".repeat(1 << 20)).toByteArray()));
    OtlpExporter exporter = exporter();
    assertThat(message(exporter)).isEqualTo("HTTP 400: span 3 has no name");
    assertThat(message(exporter)).isEqualTo("HTTP 400: span 3 has no name");
    assertThat(message(exporter)).isEqualTo("HTTP 400: span 3 has no name");
    assertThat(message(exporter)).isEqualTo("HTTP 400: {\"error\":\"span 3 has no name\"}");
    assertThat(message(exporter)).isEqualTo("HTTP 400");
    assertThat(message(exporter)).isEqualTo("HTTP 400");
    assertThat(message(exporter)).hasSize("HTTP 503: ".length() + 200);
  }

  private static Answer protobuf(MessageLite response) {
    return Answer.ok().body(PROTOBUF, response.toByteArray());
  }

  private static Answer rejected(long count, String message) {
    return protobuf(
        ExportTraceServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportTracePartialSuccess.newBuilder()
                    .setRejectedSpans(count)
                    .setErrorMessage(message))
            .build());
  }

  private static ByteString field(int number, String text) throws Exception {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(number, text);
    out.flush();
    return bytes.toByteString();
  }

  private static String message(OtlpExporter exporter) throws Exception {
    return export(exporter, spans(5)).message().orElseThrow();
  }

  private static @Nullable Duration delay(OtlpExporter exporter, int status) throws Exception {
    ExportResult result = export(exporter, spans(5));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.outcomeUnknown()).isFalse();
    return result.retryAfter().orElse(null);
  }
}
