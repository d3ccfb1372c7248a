/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.Protocol;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers to OTLP/gRPC that no server of gRPC would give. */
class OtlpGrpcAnswerTest extends OtlpFixture {

  private final MockWebServer http2 = new MockWebServer();

  @BeforeEach
  void startHttp2() throws IOException {
    http2.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    http2.start();
  }

  @AfterEach
  void stopHttp2() {
    http2.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | there is no message",
        "000000 | it ends in the prefix of a message",
        "00000000050a | it ends in the middle of its message",
        "00000000030a7f01 | it ends in the middle of a field",
      })
  void takesOkWithAMessageThatCannotBeReadForSuccessAndSaysSo(String hex, String problem)
      throws Exception {
    http2.enqueue(answer(hex, "grpc-status", "0"));
    ExportResult result = exportSpans();
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(result.statusCode()).hasValue(0);
    assertThat(result.message())
        .hasValue(
            "gRPC OK, but the answer cannot be read ("
                + problem
                + "): whether the server rejected items is not known");
  }

  @Test
  void doesNotKnowWhatBecameOfACallWithoutAStatus() throws Exception {
    http2.enqueue(answer("0000000000"));
    ExportResult result = exportSpans();
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(2);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.message()).hasValue("gRPC UNKNOWN: the answer has no grpc-status");
  }

  @Test
  void takesTheAnswerOfAProxyForWhatItIs() throws Exception {
    http2.enqueue(
        new MockResponse.Builder()
            .code(503)
            .addHeader("content-type", "text/html; charset=utf-8")
            .addHeader("retry-after", "7")
            .body("<h1>Busy</h1>")
            .build());
    ExportResult busy = exportSpans();
    assertThat(busy.status()).isEqualTo(Status.RETRYABLE);
    assertThat(busy.statusCode()).hasValue(14);
    assertThat(busy.retryAfter()).hasValue(Duration.ofSeconds(7));
    assertThat(busy.outcomeUnknown()).isFalse();
    assertThat(busy.message())
        .hasValue(
            "gRPC UNAVAILABLE: HTTP 503 with text/html: not the answer of a gRPC server but perhaps"
                + " of a proxy, or of the port for HTTP");

    http2.enqueue(
        new MockResponse.Builder().addHeader("content-type", "text/html").body("Log in").build());
    ExportResult login = exportSpans();
    assertThat(login.status()).isEqualTo(Status.PERMANENT);
    assertThat(login.statusCode()).hasValue(2);
    assertThat(login.outcomeUnknown()).isFalse();

    http2.enqueue(new MockResponse.Builder().code(404).addHeader("retry-after", "7").build());
    ExportResult elsewhere = exportSpans();
    assertThat(elsewhere.status()).isEqualTo(Status.PERMANENT);
    assertThat(elsewhere.statusCode()).hasValue(12);
    assertThat(elsewhere.retryAfter()).isEmpty();
    assertThat(elsewhere.message().orElseThrow()).contains("HTTP 404 with no content type");
  }

  @Test
  void sendsInHalvesWhatAProxyFindsTooLarge() throws Exception {
    http2.enqueue(
        new MockResponse.Builder().code(413).addHeader("content-type", "text/html").build());
    http2.enqueue(answer("0000000000", "grpc-status", "0"));
    http2.enqueue(answer("0000000000", "grpc-status", "0"));
    ExportResult result = exportSpans();
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(http2.getRequestCount()).isEqualTo(3);
  }

  @Test
  void takesTheWordsOfTheDetailsIfThereAreNoOthers() throws Exception {
    byte[] details =
        com.google.rpc.Status.newBuilder()
            .setCode(3)
            .setMessage("span 3\nhas no name")
            .build()
            .toByteArray();
    String base64 = Base64.getEncoder().encodeToString(details);
    http2.enqueue(answer("", "grpc-status", "3", "grpc-status-details-bin", base64));
    assertThat(exportSpans().message()).hasValue("gRPC INVALID_ARGUMENT: span 3 has no name");
    http2.enqueue(
        answer("", "grpc-status", "3", "grpc-message", "a%0Ab", "grpc-status-details-bin", base64));
    assertThat(exportSpans().message()).hasValue("gRPC INVALID_ARGUMENT: a b");
    http2.enqueue(answer("", "grpc-status", "3", "grpc-status-details-bin", "/////w"));
    assertThat(exportSpans().message()).hasValue("gRPC INVALID_ARGUMENT");
    http2.enqueue(answer("", "grpc-status", "3", "grpc-message", "y".repeat(100_000)));
    assertThat(exportSpans().message().orElseThrow())
        .hasSize("gRPC INVALID_ARGUMENT: ".length() + 200);
  }

  @Test
  void doesNotTryAgainWithDetailsThatCannotBeRead() throws Exception {
    http2.enqueue(answer("", "grpc-status", "8", "grpc-status-details-bin", "/////w"));
    assertThat(exportSpans().status()).isEqualTo(Status.PERMANENT);
    http2.enqueue(answer("", "grpc-status", "14", "grpc-status-details-bin", "/////w"));
    ExportResult result = exportSpans();
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.retryAfter()).isEmpty();
  }

  private ExportResult exportSpans() throws Exception {
    return export(
        exporter(
            builder -> builder.protocol(OtlpProtocol.GRPC).endpoint(http2.url("/").toString())),
        spans(5));
  }

  private static MockResponse answer(String hex, String... trailers) {
    return new MockResponse.Builder()
        .body(new Buffer().write(HexFormat.of().parseHex(hex)))
        .removeHeader("Content-Length")
        .addHeader("content-type", "application/grpc")
        .trailers(Headers.of(trailers))
        .build();
  }
}
