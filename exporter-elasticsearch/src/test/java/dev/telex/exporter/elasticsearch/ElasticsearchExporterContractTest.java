/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.ExporterContract;
import dev.telex.testkit.HttpBackend;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** In the mode of OpenTelemetry, with basic authentication. */
class ElasticsearchExporterContractTest extends ExporterContract {

  @TempDir private Path files;

  @Override
  protected ContractBackend newBackend() {
    return HttpBackend.start().accepting(BulkAnswers.taking());
  }

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).basicAuth("elastic", "s3cret-password").build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(ElasticsearchEncoding.otel());
  }

  @Override
  protected List<String> secrets() {
    // The last is "elastic:s3cret-password" in Base64.
    return List.of("s3cret-password", "s3cret-tenant", "ZWxhc3RpYzpzM2NyZXQtcGFzc3dvcmQ=");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    TestIdentity authority = TestIdentity.authority("contract");
    TestIdentity client = authority.issue("client");
    Path ca = authority.writeCertificate(files.resolve("ca.pem"));
    Path certificate = client.writeCertificate(files.resolve("client.pem"));
    Path key = write(files.resolve("client.key"), client.encryptedPkcs8("s3cret-key"));
    return List.of(
        Map.ofEntries(
            Map.entry("endpoint", backend.toString()),
            Map.entry("mode", "otel"),
            Map.entry("dataset", "shop"),
            Map.entry("namespace", "prod"),
            Map.entry("time-series", "false"),
            Map.entry("compression", "gzip"),
            Map.entry("compression-level", "1"),
            Map.entry("headers", "X-Tenant=s3cret-tenant"),
            Map.entry("timeout", "1m"),
            Map.entry("connect-timeout", "1m"),
            Map.entry("max-in-flight", "2"),
            Map.entry("max-request-bytes", "100000"),
            Map.entry("max-response-bytes", "1000"),
            Map.entry("username", "elastic"),
            Map.entry("password", "s3cret-password")),
        Map.of("nodes", backend + "," + backend + "/", "api-key", "s3cret-key"),
        Map.of("bearer-token", "s3cret-token"),
        Map.of("endpoint", "https://localhost:9200", "ca-fingerprint", "ab:".repeat(31) + "ab"),
        Map.of(
            "endpoint",
            "https://localhost:9200",
            "ca-certificate",
            ca.toString(),
            "client-certificate",
            certificate.toString(),
            "client-key",
            key.toString(),
            "client-key-password",
            "s3cret-key",
            "tls-min-version",
            "1.3"));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final ElasticsearchExporterBuilder builder(URI backend) {
    return ElasticsearchExporter.builder()
        .endpoint(backend)
        .header("X-Tenant", "s3cret-tenant")
        .timeout(Duration.ofMinutes(2));
  }
}
