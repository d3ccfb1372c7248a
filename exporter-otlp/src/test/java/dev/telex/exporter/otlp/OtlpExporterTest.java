/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.EncodingStats;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is sent, and where to. */
class OtlpExporterTest extends OtlpFixture {

  @Test
  void exportsTraces() throws Exception {
    Batch batch = spans(3);
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.statusCode()).hasValue(200);
    assertThat(result.message()).isEmpty();

    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/traces");
    assertThat(request.headers("Content-Type")).containsExactly("application/x-protobuf");
    assertThat(request.headers("Content-Length"))
        .containsExactly(String.valueOf(request.body().length));
    assertThat(request.headers("Content-Encoding")).isEmpty();
    assertThat(ExportTraceServiceRequest.parseFrom(request.body()).getResourceSpansList())
        .flatExtracting(resource -> resource.getScopeSpansList())
        .flatExtracting(scope -> scope.getSpansList())
        .extracting(Span::getName)
        .containsExactly("span 0", "span 1", "span 2");
  }

  @Test
  void exportsMetrics() throws Exception {
    ExportResult result = export(exporter(), metrics(3));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(3);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/v1/metrics");
    List<Metric> metrics =
        ExportMetricsServiceRequest.parseFrom(request.body())
            .getResourceMetrics(0)
            .getScopeMetrics(0)
            .getMetricsList();
    assertThat(metrics).extracting(Metric::getName).containsExactly("requests");
    assertThat(metrics.get(0).getSum().getDataPointsCount()).isEqualTo(3);
  }

  @Test
  void exportsLogs() throws Exception {
    ExportResult result = export(exporter(), logs(2));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(2);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/v1/logs");
    List<LogRecord> logs =
        ExportLogsServiceRequest.parseFrom(request.body())
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecordsList();
    assertThat(logs)
        .extracting(log -> log.getBody().getStringValue())
        .containsExactly("log 0", "log 1");
  }

  @Test
  void exportsJson() throws Exception {
    export(exporter(builder -> builder.protocol(OtlpProtocol.HTTP_JSON)), spans(1));
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/v1/traces");
    assertThat(request.headers("Content-Type")).containsExactly("application/json");
    assertThat(request.text())
        .startsWith("{\"resourceSpans\":[")
        .contains("\"traceId\":\"0123456789abcdef0123456789abcdef\"");
  }

  // --- Where to ---

  @Test
  void appendsThePathsOfTheSignalsToTheBase() throws Exception {
    for (String base : List.of("", "/", "/otlp", "/otlp/", "/a/b?key=1")) {
      export(exporter(builder -> builder.endpoint(server.url(base))), logs(1));
    }
    assertThat(server.requests())
        .extracting(ReceivedRequest::path)
        .containsExactly(
            "/v1/logs", "/v1/logs", "/otlp/v1/logs", "/otlp/v1/logs", "/a/b/v1/logs?key=1");
  }

  @Test
  void takesTheEndpointOfASignalAsItIs() throws Exception {
    OtlpExporter exporter =
        exporter(
            builder ->
                builder
                    .endpoint(Signal.TRACES, server.url("/custom/"))
                    .endpoint(URI.create(server.url("/base")))
                    .endpoint(Signal.METRICS, server.url("")));
    export(exporter, spans(1));
    export(exporter, metrics(1));
    export(exporter, logs(1));
    assertThat(server.requests())
        .extracting(ReceivedRequest::path)
        .containsExactly("/custom/", "/", "/base/v1/logs");
  }

  @Test
  void goesToTheUsualPortOfThisHostByDefault() throws Exception {
    Proxy proxy = new Proxy(Proxy.Type.HTTP, address(server));
    try (OtlpExporter exporter = OtlpExporter.builder().proxy(proxy).build()) {
      export(exporter, spans(1));
    }
    assertThat(server.takeRequest(LIMIT).path()).isEqualTo("http://localhost:4318/v1/traces");
  }

  @Test
  void refusesEndpointsThatAreNone() {
    OtlpExporter.Builder builder = OtlpExporter.builder();
    assertThatThrownBy(() -> builder.endpoint("collector:4318"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("endpoint is 'collector:4318': want an http or https URL");
    assertThatThrownBy(() -> builder.endpoint(Signal.LOGS, "grpc://collector:4317"))
        .hasMessageStartingWith("logs endpoint is 'grpc://collector:4317': want an http");
    assertThatThrownBy(() -> builder.endpoint("http://me:s3cret@collector:4318"))
        .hasMessageStartingWith("endpoint is 'http://…@collector:4318'")
        .hasMessageNotContaining("s3cret");
  }

  // --- Headers ---

  @Test
  void saysWhoItIs() throws Exception {
    export(exporter(), spans(1));
    assertThat(server.takeRequest(LIMIT).header("User-Agent").orElseThrow())
        .matches("Telex/(\\d+\\.\\d+\\.\\d+\\S*) OTel-OTLP-Exporter-Java/\\1");
  }

  @Test
  void sendsHeadersAndShowsNoneOfThem() throws Exception {
    OtlpExporter exporter =
        exporter(
            builder ->
                builder
                    .header("Authorization", "Bearer s3cret-token")
                    .headers(Map.of("X-Tenant", "s3cret-tenant")));
    server.enqueue(
        Answer.ok(),
        Answer.status(401).body("text/plain", "no such token: s3cret-token, s3cret-tenant"),
        Answer.raw("Bearer s3cret-token\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        Answer.reset());
    export(exporter, spans(1));
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.headers("Authorization")).containsExactly("Bearer s3cret-token");
    assertThat(request.headers("X-Tenant")).containsExactly("s3cret-tenant");

    StringBuilder shown = new StringBuilder().append(exporter).append(exporter.name());
    for (int i = 0; i < 3; i++) {
      ExportResult result = export(exporter, spans(1));
      assertThat(result.isDelivered()).isFalse();
      shown.append(result);
    }
    assertThat(shown.toString()).doesNotContain("s3cret").contains("no such token: ***, ***");
    assertThatThrownBy(() -> OtlpExporter.builder().header("X-Key", "s3cret\u0001"))
        .hasMessageContaining("X-Key")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void isNamedShortly() {
    OtlpExporter exporter = exporter();
    assertThat(exporter.name()).isEqualTo("otlp");
    assertThat(exporter).hasToString("otlp");
    assertThat(exporter.signals()).containsExactlyInAnyOrder(Signal.values());
    assertThat(exporter.delivery()).isEqualTo(Delivery.ACKNOWLEDGED);
    assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.cumulative());
    assertThat(
            exporter(builder -> builder.metricPreferences(MetricPreferences.delta()))
                .metricPreferences())
        .isEqualTo(MetricPreferences.delta());
  }

  // --- Encode once ---

  @Test
  void sendsTheSameBytesAgain() throws Exception {
    Batch batch = spans(512);
    OtlpExporter exporter = exporter(builder -> builder.compression(Gzip.fast()));
    server.enqueue(Answer.status(503), Answer.reset());
    assertThat(export(exporter, batch).status()).isEqualTo(Status.RETRYABLE);
    assertThat(export(exporter, batch).status()).isEqualTo(Status.RETRYABLE);
    assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);

    byte[] first = server.takeRequest(LIMIT).body();
    assertThat(server.takeRequest(LIMIT).body()).isEqualTo(first);
    assertThat(server.takeRequest(LIMIT).body()).isEqualTo(first);
    EncodingStats stats = batch.encodingStats();
    assertThat(stats.encodings()).isEqualTo(1);
    assertThat(stats.compressions()).isEqualTo(1);
    assertThat(stats.compressedBytes()).isEqualTo(first.length);
    assertThat(exporter.bytesSent()).isEqualTo(3L * first.length);
  }

  @Test
  void sharesTheBytesWithOtherExporters() throws Exception {
    Batch batch = spans(100);
    try (FaultServer other = FaultServer.start()) {
      List<CompletableFuture<ExportResult>> results = new ArrayList<>();
      results.add(
          exportAsync(
              exporter(builder -> builder.compression(Gzip.standard())),
              batch,
              ExportContext.none()));
      results.add(
          exportAsync(
              exporter(builder -> builder.endpoint(other.uri()).compression(Gzip.standard())),
              batch,
              ExportContext.none()));
      results.add(exportAsync(exporter(), batch, ExportContext.none()));
      for (CompletableFuture<ExportResult> result : results) {
        assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
      }
      ReceivedRequest compressed = other.takeRequest(LIMIT);
      assertThat(compressed.header("Content-Encoding")).hasValue("gzip");
      assertThat(compressed.decodedBody())
          .isEqualTo(batch.encoded(OtlpEncoding.PROTOBUF).toByteArray());
      for (int i = 0; i < 2; i++) {
        ReceivedRequest request = server.takeRequest(LIMIT);
        assertThat(request.decodedBody()).isEqualTo(compressed.decodedBody());
        if (request.header("Content-Encoding").isPresent()) {
          assertThat(request.body()).isEqualTo(compressed.body());
        }
      }
      assertThat(batch.encodingStats().encodings()).isEqualTo(1);
      assertThat(batch.encodingStats().compressions()).isEqualTo(1);
      exporter().close();
    }
  }

  @Test
  void exportsSeveralBatchesAtOnceUpToTheLimit() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    OtlpExporter exporter = exporter(builder -> builder.maxInFlight(2));
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      results.add(exportAsync(exporter, spans(1), ExportContext.none()));
    }
    hold.awaitRequest(LIMIT);
    hold.awaitRequest(LIMIT);
    assertThat(server.connectionsAccepted()).isEqualTo(2);
    assertThat(server.requests()).hasSize(2);
    hold.release();
    for (CompletableFuture<ExportResult> result : results) {
      assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(server.connectionsAccepted()).isEqualTo(2);
  }

  @Test
  void refusesSettingsAtOnce() {
    OtlpExporter.Builder builder = OtlpExporter.builder();
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("timeout is PT0S: want more than zero");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofSeconds(-1)))
        .hasMessage("connectTimeout is PT-1S: want more than zero");
    assertThatThrownBy(() -> builder.maxInFlight(-1))
        .hasMessage("maxInFlight is -1: want 1 to 1000");
    assertThatThrownBy(() -> builder.maxRequestBytes(0)).hasMessageContaining("maxRequestBytes");
    assertThatThrownBy(() -> builder.maxResponseBytes(-1)).hasMessageContaining("maxResponseBytes");
  }

  private static InetSocketAddress address(FaultServer server) {
    return InetSocketAddress.createUnresolved("127.0.0.1", server.port());
  }
}
