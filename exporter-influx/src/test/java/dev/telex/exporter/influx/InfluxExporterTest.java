/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.http.TestProxy;
import dev.telex.http.TestTlsServer;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.SampleBatches;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire by way of InfluxDB's client: all that the transport was told. */
class InfluxExporterTest extends InfluxFixture {

  @TempDir private Path directory;

  @Test
  void sendsWhatInfluxDbWants() throws Exception {
    ExportResult result =
        export(
            exporter(b -> b.org("acme").bucket("telemetry").token("s3cret")),
            SampleBatches.spans(2));
    assertThat(result).hasToString("SUCCESS[accepted=2, statusCode=200]");
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/api/v2/write?org=acme&bucket=telemetry&precision=ns");
    assertThat(request.headers("Content-Type")).containsExactly("text/plain; charset=utf-8");
    assertThat(request.headers("Content-Encoding")).isEmpty();
    assertThat(request.headers("Authorization")).containsExactly("Token s3cret");
    assertThat(request.header("User-Agent").orElseThrow()).startsWith("Telex/");
    assertThat(points(request)).isEqualTo(points(SampleBatches.spans(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | /api/v2/write?bucket=otel&precision=ns",
        "/ | /api/v2/write?bucket=otel&precision=ns",
        "/influx | /influx/api/v2/write?bucket=otel&precision=ns",
      })
  void appendsThePathOfTheApi(String path, String expected) throws Exception {
    export(exporter(b -> b.endpoint(server.url(path))), SampleBatches.logs(1));
    assertThat(server.takeRequest(LIMIT).path()).isEqualTo(expected);
  }

  /** The client library would repeat some of them, and OkHttp others. */
  @ParameterizedTest
  @ValueSource(ints = {301, 307, 308, 401, 408, 421, 429, 500, 502, 503, 504})
  void makesOneRequestWhateverTheAnswer(int status) throws Exception {
    server.enqueue(
        Answer.status(status).header("Retry-After", "0").header("Location", server.url("/other")));
    ExportResult result = export(exporter(), SampleBatches.logs(1));
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.status())
        .isEqualTo(
            List.of(429, 502, 503, 504).contains(status) ? Status.RETRYABLE : Status.PERMANENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void oneConnectionServesOneExportAfterAnother() throws Exception {
    InfluxExporter exporter = exporter(b -> b.compression(Gzip.fast()));
    for (int i = 0; i < 5; i++) {
      assertThat(export(exporter, SampleBatches.metrics(3)).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(server.connectionsAccepted()).isEqualTo(1);
    assertThat(exporter.bytesSent())
        .isEqualTo(server.requests().stream().mapToLong(request -> request.body().length).sum());
  }

  @Test
  void aCancelledExportClosesItsConnection() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result =
        exporter().export(SampleBatches.logs(1), context).toCompletableFuture();
    hold.awaitRequest(LIMIT);
    context.cancel();
    hold.awaitClientClosed(LIMIT);
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(result).outcomeUnknown()).isTrue();
  }

  /** Also of a failure, whose body Retrofit by itself reads to its end. */
  @ParameterizedTest
  @ValueSource(ints = {200, 400, 503})
  void anAnswerWithoutEndIsNotRead(int status) throws Exception {
    server.enqueue(Answer.status(status).bodyOfSize(1L << 40).chunked());
    ExportResult result = export(exporter(), SampleBatches.logs(1));
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.message().orElseThrow()).contains("(maxResponseBytes)");
  }

  @Test
  void aTokenIsReplacedWhenItIsRefused() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server.enqueue(Answer.status(401), Answer.status(204));
    ExportResult result =
        export(
            exporter(b -> b.bearerToken(() -> "token-" + asked.incrementAndGet())),
            SampleBatches.logs(1));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly("Bearer token-1", "Bearer token-2");
  }

  @Test
  void theTokenIsInNoMessage() throws Exception {
    server.enqueue(
        Answer.status(401)
            .body("application/json", "{\"message\":\"Token s3cret and s3cret-too are unknown\"}"));
    ExportResult result =
        export(
            exporter(b -> b.token("s3cret").headers(() -> Map.of("X-Key", "s3cret-too"))),
            SampleBatches.logs(1));
    assertThat(result.toString()).contains("unknown").doesNotContain("s3cret");
  }

  @Test
  void trustsTheAuthorityThatItIsTold() throws Exception {
    TestIdentity authority = TestIdentity.authority("CA");
    TestIdentity clients = TestIdentity.authority("Clients");
    TestIdentity client = clients.issue("client");
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    client.writeTo(certificate, key);
    Path ca = authority.writeCertificate(directory.resolve("ca.pem"));
    try (TestTlsServer database =
        TestTlsServer.startMutual(authority.issue("localhost"), clients)) {
      InfluxExporter trusting =
          exporter(
              b ->
                  b.endpoint(database.url("/"))
                      .tls(
                          Tls.builder()
                              .caCertificate(ca)
                              .clientCertificate(certificate, key)
                              .build()));
      assertThat(export(trusting, SampleBatches.logs(1)).status()).isEqualTo(Status.SUCCESS);
      InfluxExporter strict = exporter(b -> b.endpoint(database.url("/")));
      assertThat(export(strict, SampleBatches.logs(1)).status()).isEqualTo(Status.RETRYABLE);
      assertThat(database.seen())
          .singleElement()
          .satisfies(
              seen -> {
                assertThat(seen.path()).isEqualTo("/api/v2/write");
                assertThat(seen.serial()).isEqualTo(client.serial());
              });
    }
  }

  @Test
  void goesThroughAProxyThatWantsCredentials() throws Exception {
    try (TestProxy proxy = TestProxy.start(server.port(), "Basic bWU6czNjcmV0")) {
      InfluxExporter exporter =
          exporter(
              b ->
                  b.endpoint("http://influx.invalid:8086")
                      .proxy(proxy.asProxy())
                      .proxyAuth("me", "s3cret"));
      assertThat(export(exporter, SampleBatches.logs(1)).status()).isEqualTo(Status.SUCCESS);
      assertThat(server.takeRequest(LIMIT).headers("Proxy-Authorization")).isEmpty();
    }
  }

  @Test
  void aServerThatIsNotThereIsRetryable() throws Exception {
    InfluxExporter exporter =
        exporter(b -> b.endpoint("http://127.0.0.1:1").timeout(Duration.ofSeconds(30)));
    ExportResult result = export(exporter, SampleBatches.logs(1));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
  }

  @Test
  void settersThatExcludeEachOtherAreNamed() {
    assertThatThrownBy(() -> InfluxExporter.builder().database("d").bucket("b").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("database is set, and so is bucket");
    assertThatThrownBy(() -> InfluxExporter.builder().database("d").org("o").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("database is set, and so is org");
    assertThatThrownBy(() -> InfluxExporter.builder().retentionPolicy("week").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("retentionPolicy is set, but no database");
  }

  /** What the transport does with a call works, and nothing else pretends to. */
  @Test
  void aCallOfTheClientIsExecutedAndCancelledAndNoMore() throws Exception {
    OkHttpClient client = new OkHttpClient();
    try {
      Request request =
          new Request.Builder()
              .url(server.url("/api/v2/write?bucket=b"))
              .tag(String.class, "tag")
              .post(RequestBody.create(new byte[] {'x'}, null))
              .build();
      Call call = new InfluxCalls().apply(client).newCall(request);
      assertThat(call.request()).isSameAs(request);
      assertThat(call.isExecuted()).isFalse();
      try (Response response = call.execute()) {
        assertThat(response.code()).isEqualTo(200);
        assertThat(response.body().string()).isEmpty();
      }
      assertThat(call.isExecuted()).isTrue();
      call.cancel();
      assertThat(call.isCanceled()).isTrue();
      assertThat(call.clone().isExecuted()).isFalse();
      assertThatThrownBy(() -> call.tag(String.class))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("executed and cancelled");
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }
}
