/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.http.TestIdentity;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.ExporterContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** In protobuf, compressed. */
class OtlpExporterContractTest extends ExporterContract {

  private static final TestIdentity CLIENT = TestIdentity.authority("contract");

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).compression(Gzip.fast()).build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.PROTOBUF);
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-token", "s3cret-tenant");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return List.of(
        Map.ofEntries(
            Map.entry("endpoint", backend.toString()),
            Map.entry("traces-endpoint", backend + "/t"),
            Map.entry("metrics-endpoint", backend + "/m"),
            Map.entry("logs-endpoint", backend + "/l"),
            Map.entry("protocol", "http/json"),
            Map.entry("compression", "gzip"),
            Map.entry("compression-level", "9"),
            Map.entry("headers", "X-Tenant=s3cret-tenant"),
            Map.entry("timeout", "1m"),
            Map.entry("connect-timeout", "1m"),
            Map.entry("max-in-flight", "2"),
            Map.entry("max-request-bytes", "100000"),
            Map.entry("max-response-bytes", "1000"),
            Map.entry("temporality", "delta"),
            Map.entry("histogram-aggregation", "explicit_bucket_histogram"),
            Map.entry("environment", "false")),
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

  /** These, with the first one for a backend of gRPC. */
  static List<Map<String, String>> overGrpc(List<Map<String, String>> settings) {
    List<Map<String, String>> all = new ArrayList<>(settings);
    Map<String, String> first = new HashMap<>(all.get(0));
    first.put("protocol", "grpc");
    all.set(0, first);
    return all;
  }

  private Path file(String name, String content) {
    try {
      return Files.writeString(files.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final OtlpExporter.Builder builder(URI backend) {
    return OtlpExporter.builder()
        .endpoint(backend)
        .header("Authorization", "Bearer s3cret-token")
        .header("X-Tenant", "s3cret-tenant")
        .timeout(Duration.ofMinutes(2));
  }
}
