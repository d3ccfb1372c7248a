/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Exporter;
import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.Exempt;
import dev.telex.testkit.ExporterContract;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Of an exporter that is pushed to, with a scraper that keeps its connection. */
@Exempt(
    value = Clause.ENCODES_ONCE,
    because = "points of several batches are encoded together, when they are scraped: see PullTest")
class PrometheusExporterContractTest extends ExporterContract {

  private static final String PASSWORD = "s3cret-password";

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return PrometheusExporter.builder().listen("localhost", 0).basicAuth("prom", PASSWORD).build();
  }

  @Override
  protected ContractBackend newBackend() {
    return new ScrapingBackend();
  }

  @Override
  protected List<String> secrets() {
    return List.of(PASSWORD);
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    TestIdentity server = TestIdentity.authority("authority").issue("server");
    return List.of(
        Map.ofEntries(
            Map.entry("host", "127.0.0.1"),
            Map.entry("port", "0"),
            Map.entry("username", "prom"),
            Map.entry("password", PASSWORD),
            Map.entry("max-connections", "7"),
            Map.entry("client-timeout", "30s"),
            Map.entry("translation-strategy", "no-translation"),
            Map.entry("target-info", "false"),
            Map.entry("scope-labels", "false"),
            Map.entry("resource-labels", "service.name, host.name"),
            Map.entry("expire-after", "10m"),
            Map.entry("max-series", "1000"),
            Map.entry("min-collection-interval", "5s"),
            Map.entry("default-histogram-aggregation", "base2-exponential-bucket-histogram")),
        Map.of(
            "port",
            "0",
            "tls-certificate",
            write("certificate.pem", server.certificatePem()),
            "tls-key",
            write("key.pem", server.encryptedPkcs8("s3cret-key")),
            "tls-key-password",
            "s3cret-key",
            "tls-client-ca",
            write("clients.pem", server.certificatePem()),
            "tls-min-version",
            "1.3"));
  }

  private String write(String name, String pem) {
    try {
      return Files.writeString(files.resolve(name), pem).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
