/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.http.TestIdentity;
import dev.telex.testkit.ExporterContract;
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

/** In JSON, compressed. */
class ZipkinExporterContractTest extends ExporterContract {

  private static final TestIdentity CLIENT = TestIdentity.authority("contract");

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).compression(Gzip.fast()).build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(
        new ZipkinEncoding(
            ZipkinFormat.JSON, ZipkinDialect.SPECIFICATION, IpLiterals.parse("10.1.2.3")));
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-token", "s3cret-tenant");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return List.of(
        Map.ofEntries(
            Map.entry("endpoint", backend + "/api/v2/spans"),
            Map.entry("format", "protobuf"),
            Map.entry("dialect", "collector"),
            Map.entry("local-address", "192.168.1.2"),
            Map.entry("compression", "gzip"),
            Map.entry("compression-level", "9"),
            Map.entry("headers", "X-Tenant=s3cret-tenant"),
            Map.entry("timeout", "1m"),
            Map.entry("connect-timeout", "1m"),
            Map.entry("max-in-flight", "2"),
            Map.entry("max-request-bytes", "100000"),
            Map.entry("max-response-bytes", "1000")),
        // The backend takes whatever comes, also what a proxy would pass on.
        Map.of(
            "proxy", backend.getAuthority(),
            "proxy-username", "me",
            "proxy-password", "s3cret-proxy"),
        Map.of("bearer-token", "s3cret-token"),
        Map.of("bearer-token-file", file("token", "s3cret-token").toString()),
        Map.of("username", "me", "password", "s3cret-password"),
        Map.of("api-key", "s3cret-key", "api-key-header", "X-Key"),
        Map.of(
            "ca-certificate", file("ca.pem", CLIENT.certificatePem()).toString(),
            "client-certificate", file("client.pem", CLIENT.chainPem()).toString(),
            "client-key", file("client.key", CLIENT.encryptedPkcs8("s3cret-pass")).toString(),
            "client-key-password", "s3cret-pass",
            "tls-min-version", "1.3"));
  }

  private Path file(String name, String content) {
    try {
      return Files.writeString(files.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final ZipkinExporter.Builder builder(URI backend) {
    return ZipkinExporter.builder()
        .endpoint(backend)
        .localAddress(IpLiterals.parse("10.1.2.3"))
        .header("Authorization", "Bearer s3cret-token")
        .header("X-Tenant", "s3cret-tenant")
        .timeout(Duration.ofMinutes(2));
  }
}
