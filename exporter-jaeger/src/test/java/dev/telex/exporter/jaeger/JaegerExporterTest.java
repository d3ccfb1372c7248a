/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.http.TestTlsServer;
import dev.telex.testkit.Answer;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over HTTP, with one resource: what is sent, and what answers mean. */
class JaegerExporterTest extends JaegerFixture {

  @Test
  void postsWhatJaegerReads() throws Exception {
    server.enqueue(Answer.status(202));
    Batch batch = spans(5);
    JaegerExporter exporter = exporter(b -> b.header("X-Tenant", "acme"));
    ExportResult result = export(exporter, batch);

    assertThat(result).hasToString("SUCCESS[accepted=5, statusCode=202]");
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/api/traces");
    assertThat(request.headers("Content-Type")).containsExactly("application/x-thrift");
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
    ExpectedBatch.assertSame(decoded(request), batch.spans());
    assertThat(exporter).hasToString("jaeger");
    assertThat(exporter.signals()).containsExactly(Signal.TRACES);
  }

  @Test
  void generatedSpansArriveOnceEachWithTheirResource() throws Exception {
    Batch batch = Batch.traces(EdgySpans.of(11, 400));
    assertThat(batch.byResource()).hasSizeGreaterThan(2);
    ExportResult result = export(exporter(), batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(400);
    Map<Integer, List<SpanData>> wanted =
        batch.byResource().stream()
            .collect(Collectors.toMap(part -> key(part), part -> part.spans()));
    assertThat(server.requests()).hasSameSizeAs(batch.byResource());
    for (ReceivedRequest request : server.requests()) {
      // Found by its bytes, and compared by what Jaeger reads of them.
      List<SpanData> spans = wanted.remove(Arrays.hashCode(request.body()));
      assertThat(spans).isNotNull();
      ExpectedBatch.assertSame(decoded(request), spans);
    }
    assertThat(wanted).isEmpty();
    assertThat(batch.encodingStats().encodings()).isEqualTo(batch.byResource().size());
  }

  private static int key(Batch part) {
    try {
      return Arrays.hashCode(part.encoded(JaegerEncoding.COLLECTOR).toByteArray());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void compressesWhenItIsTold() throws Exception {
    export(exporter(b -> b.compression(Gzip.fast())), spans(50));
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.headers("Content-Encoding")).containsExactly("gzip");
    assertThat(decoded(request).getSpans()).hasSize(50);
  }

  @Test
  void showsCredentials() throws Exception {
    export(exporter(b -> b.basicAuth("me", "pass")), spans(1));
    export(exporter(b -> b.bearerToken(() -> "token")), spans(1));
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly("Basic bWU6cGFzcw==", "Bearer token");
  }

  @Test
  void speaksTls(@TempDir Path files) throws Exception {
    TestIdentity authority = TestIdentity.authority("Test CA");
    Path ca = authority.writeCertificate(files.resolve("ca.pem"));
    try (TestTlsServer collector = TestTlsServer.start(authority.issue("localhost"))) {
      JaegerExporter trusting =
          exporter(
              b -> b.endpoint(collector.url("/")).tls(Tls.builder().caCertificate(ca).build()));
      assertThat(export(trusting, spans(1)).status()).isEqualTo(Status.SUCCESS);
      JaegerExporter strict = exporter(b -> b.endpoint(collector.url("/")));
      assertThat(export(strict, spans(1)).status()).isEqualTo(Status.RETRYABLE);
      assertThat(collector.seen())
          .extracting(TestTlsServer.Seen::path)
          .containsExactly("/api/traces");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | /api/traces",
        "/ | /api/traces",
        "/?format=jaeger.thrift | /api/traces?format=jaeger.thrift",
        "/api/traces | /api/traces",
        "/api/traces?format=jaeger.thrift | /api/traces?format=jaeger.thrift",
        "/jaeger/api/traces | /jaeger/api/traces",
        "/other/ | /other/",
      })
  void findsTheEndpoint(String given, String path) throws Exception {
    String base = server.uri().toString().replaceAll("/$", "");
    export(exporter(b -> b.endpoint(base + given)), spans(1));
    assertThat(server.takeRequest(LIMIT).path()).isEqualTo(path);
  }

  /** Of one span, which cannot be halved. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 |    | SUCCESS",
        "202 |    | SUCCESS",
        "204 |    | SUCCESS",
        "202 | 5  | SUCCESS",
        "301 |    | PERMANENT",
        "307 |    | PERMANENT",
        "400 |    | PERMANENT",
        "401 |    | PERMANENT",
        "403 |    | PERMANENT",
        "404 |    | PERMANENT",
        "408 |    | PERMANENT",
        "413 |    | PERMANENT",
        "415 |    | PERMANENT",
        "421 |    | PERMANENT",
        "429 |    | RETRYABLE",
        "429 | 5  | RETRYABLE",
        "500 |    | RETRYABLE",
        "500 | 5  | RETRYABLE",
        "501 |    | PERMANENT",
        "502 |    | RETRYABLE",
        "503 | 0  | RETRYABLE",
        "503 | 5  | RETRYABLE",
        "504 |    | RETRYABLE",
        "505 |    | PERMANENT",
      })
  void makesAResultOfEveryStatus(int status, @Nullable Integer retryAfter, Status wanted)
      throws Exception {
    Answer answer = Answer.status(status);
    server.enqueue(retryAfter == null ? answer : answer.header("Retry-After", "" + retryAfter));
    ExportResult result = export(exporter(), spans(1));

    assertThat(result.status()).isEqualTo(wanted);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.accepted()).isEqualTo(wanted == Status.SUCCESS ? 1 : 0);
    assertThat(result.remainder()).isEmpty();
    assertThat(result.outcomeUnknown()).isFalse();
    if (retryAfter != null && wanted == Status.RETRYABLE) {
      assertThat(result.retryAfter()).contains(Duration.ofSeconds(retryAfter));
    } else {
      assertThat(result.retryAfter()).isEmpty();
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void saysWhatTheCollectorSays() throws Exception {
    server.enqueue(
        Answer.status(500).body("text/plain; charset=utf-8", "Cannot submit Jaeger batch: busy\n"),
        Answer.status(400).body("text/plain", "Unsupported content type: x"));
    assertThat(export(exporter(), spans(1)).message())
        .contains("HTTP 500: Cannot submit Jaeger batch: busy");
    assertThat(export(exporter(), spans(1)).message())
        .contains("HTTP 400: Unsupported content type: x");
  }

  @Test
  void aPageIsNoAcknowledgement() throws Exception {
    server.enqueue(Answer.ok().body("text/html", "<html>log in</html>"));
    ExportResult result = export(exporter(), spans(2));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message().orElse("")).startsWith("HTTP 200 with text/html: not the answer");

    server.enqueue(Answer.ok().body("text/plain", "thanks"));
    assertThat(export(exporter(), spans(2)).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void aBatchThatIsTooLargeIsHalved() throws Exception {
    server.enqueue(Answer.status(413), Answer.ok(), Answer.status(413), Answer.ok(), Answer.ok());
    ExportResult result = export(exporter(), spans(8));
    assertThat(result).hasToString("SUCCESS[accepted=8, statusCode=200]");
    assertThat(server.requests())
        .extracting(request -> decoded(request).getSpans().size())
        .containsExactly(8, 4, 4, 2, 2);
  }

  @Test
  void sendsAtMostSixteenMebibytesAtOnceByDefault() throws Exception {
    // They share the text, so that it is only on the wire that they are large.
    SpanData large = span("shop", "x".repeat(1 << 20));
    Batch batch = Batch.traces(Collections.nCopies(20, large));
    ExportResult result = export(exporter(), batch);
    assertThat(result).hasToString("SUCCESS[accepted=20, statusCode=200]");
    assertThat(server.requests())
        .extracting(request -> decoded(request).getSpans().size())
        .containsExactly(10, 10);
  }

  @Test
  void aSpanThatIsTooLargeAloneIsRejected() throws Exception {
    Batch batch =
        Batch.traces(List.of(span("shop", "a"), span("shop", "x".repeat(5000)), span("shop", "b")));
    ExportResult result = export(exporter(b -> b.maxRequestBytes(1000)), batch);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.refused().orElseThrow().spans()).containsExactly(batch.spans().get(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jaeger:14268 | want an http or https URL",
        "ftp://jaeger | want an http or https URL",
        "http://me:s3cret@jaeger | want no user name or password",
      })
  void refusesAnEndpointThatIsNone(String endpoint, String words) {
    assertThatThrownBy(() -> JaegerExporter.builder().endpoint(endpoint))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("endpoint is '")
        .hasMessageContaining(words)
        .hasMessageNotContaining("s3cret");
  }
}
