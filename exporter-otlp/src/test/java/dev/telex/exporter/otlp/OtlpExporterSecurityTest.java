/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import dev.telex.http.TestProxy;
import dev.telex.http.TestTlsServer;
import dev.telex.http.TestTlsServer.Seen;
import dev.telex.testkit.Answer;
import dev.telex.tls.TestClock;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, credentials and proxies, as a user of the exporter meets them. */
class OtlpExporterSecurityTest extends OtlpFixture {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final TestIdentity SERVER = CA.issue("localhost");
  private static final TestIdentity FIRST = CLIENT_CA.issue("first", "RSA");
  private static final TestIdentity SECOND = CLIENT_CA.issue("second");
  private static final TestIdentity THIRD = CLIENT_CA.intermediate("Between").issue("third");

  @TempDir Path directory;
  private Path ca;
  private Path certificate;
  private Path key;

  @BeforeEach
  void writeFiles() {
    ca = CA.writeCertificate(directory.resolve("ca.pem"));
    certificate = directory.resolve("client.pem");
    key = directory.resolve("client.key");
    FIRST.writeTo(certificate, key);
  }

  @Test
  void replacedCertificatesAreSeenUnderLoadAndNoExportFails() throws Exception {
    TestClock clock = new TestClock();
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<String> collectors = List.of("/a", "/b", "/c");
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA)) {
      List<Future<List<Status>>> loops = new ArrayList<>();
      for (String path : collectors) {
        OtlpExporter exporter =
            exporter(
                builder ->
                    builder
                        .endpoint(server.url(path))
                        .tls(mutualTls())
                        .transport(t -> t.clock(clock)));
        for (int i = 0; i < 4; i++) {
          loops.add(threads.submit(() -> exportUntil(enough, exporter)));
        }
      }
      for (TestIdentity client : List.of(FIRST, SECOND, THIRD)) {
        client.writeTo(certificate, key);
        clock.pass(Duration.ofSeconds(5));
        for (String path : collectors) {
          server.awaitSeen(
              20,
              request ->
                  request.path().equals(path + "/v1/traces")
                      && client.serial().equals(request.serial()));
        }
      }
      enough.set(true);
      for (Future<List<Status>> loop : loops) {
        assertThat(loop.get(30, TimeUnit.SECONDS)).containsOnly(Status.SUCCESS);
      }
    } finally {
      enough.set(true);
      threads.shutdown();
    }
  }

  @Test
  void takesTheSharedSettings() throws Exception {
    Map<String, String> values = new HashMap<>();
    try (TestTlsServer collector = TestTlsServer.startMutual(SERVER, CLIENT_CA);
        TestProxy proxy = TestProxy.start(collector.port(), "Basic bWU6czNjcmV0LXBhc3M=")) {
      values.put("endpoint", "https://localhost:1");
      values.put("ca-certificate", ca.toString());
      values.put("client-certificate", certificate.toString());
      values.put("client-key", key.toString());
      values.put("bearer-token", "the-token");
      values.put("proxy", proxy.address());
      values.put("proxy-username", "me");
      values.put("proxy-password", "s3cret-pass");
      Exporters exporters = Exporters.load(getClass().getClassLoader());
      assertThat(exporters.settings("otlp"))
          .extracting(Setting::key)
          .containsAll(HttpSettings.all().stream().map(Setting::key).toList());
      try (Exporter exporter = exporters.create("otlp", ExporterConfig.of(values))) {
        assertThat(
                get(exporter.export(spans(1), ExportContext.none()).toCompletableFuture()).status())
            .isEqualTo(Status.SUCCESS);
        assertThat(exporter).hasToString("otlp");
      }
      assertThat(collector.seen()).extracting(Seen::serial).containsExactly(FIRST.serial());
      assertThat(collector.header("Authorization")).containsExactly("Bearer the-token");

      values.put("client-key", ca.toString());
      assertThatThrownBy(() -> exporters.create("otlp", ExporterConfig.of(values)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith(
              "exporter 'otlp': settings 'client-certificate' and 'client-key': client key file '"
                  + ca
                  + "' holds no private key");
    }
  }

  @Test
  void asksItsSuppliersAndShowsNothingOfWhatTheyGive() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    OtlpExporter exporter =
        exporter(
            builder ->
                builder
                    .apiKey("X-API-Key", "s3cret-key")
                    .headers(() -> Map.of("X-Tenant", "s3cret-tenant-" + asked.get()))
                    .bearerToken(() -> "s3cret-token-" + asked.incrementAndGet()));
    server.enqueue(
        Answer.status(401),
        Answer.status(403)
            .body(
                "text/plain",
                "s3cret-key s3cret-tenant-0 s3cret-token-1 s3cret-token-2 are known here"));
    ExportResult result = export(exporter, spans(1));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message()).hasValue("HTTP 403: *** *** *** *** are known here");
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly("Bearer s3cret-token-1", "Bearer s3cret-token-2");
    assertThat(server.requests())
        .extracting(request -> request.header("X-Tenant").orElse(""))
        .containsOnly("s3cret-tenant-0");

    ExportResult basic =
        export(exporter(builder -> builder.basicAuth("me", "s3cret-pass")), spans(1));
    assertThat(basic.status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests().get(2).header("Authorization"))
        .hasValue("Basic bWU6czNjcmV0LXBhc3M=");
  }

  @Test
  void goesThroughAProxyThatWantsCredentials() throws Exception {
    try (TestProxy proxy = TestProxy.start(server.port(), "Basic bWU6czNjcmV0LXBhc3M=")) {
      OtlpExporter exporter =
          exporter(
              builder ->
                  builder
                      .endpoint("http://collector.invalid:4318")
                      .proxy(proxy.asProxy())
                      .proxyAuth("me", "s3cret-pass"));
      assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
      assertThat(proxy.heads().get(0))
          .startsWith("POST http://collector.invalid:4318/v1/traces HTTP/1.1");
    }
  }

  private Tls mutualTls() {
    return Tls.builder().caCertificate(ca).clientCertificate(certificate, key).build();
  }

  private static List<Status> exportUntil(AtomicBoolean enough, OtlpExporter exporter)
      throws Exception {
    Batch batch = spans(10);
    List<Status> statuses = new ArrayList<>();
    while (!enough.get()) {
      statuses.add(export(exporter, batch).status());
    }
    return statuses;
  }
}
