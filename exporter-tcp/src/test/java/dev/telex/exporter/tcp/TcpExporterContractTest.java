/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** In the format of the metrics crate, with a hello. */
class TcpExporterContractTest extends ExporterContract {

  private static final String SECRET = "s3cret-hello";

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return TcpExporter.builder()
        .listen("127.0.0.1", 0)
        .secret(SECRET)
        .flushTimeout(Duration.ofSeconds(30))
        .build();
  }

  @Override
  protected ContractBackend newBackend() {
    return new ListeningBackend(TcpFormat.METRICS, SECRET + "\n");
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(new EventEncoding(Set.of("service.name")));
  }

  @Override
  protected List<String> secrets() {
    return List.of(SECRET, "s3cret-key");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    ServerFiles tls = ServerFiles.writeEncrypted(files, "s3cret-key");
    return List.of(
        Map.ofEntries(
            Map.entry("host", "127.0.0.1"),
            Map.entry("port", "0"),
            Map.entry("format", "metrics"),
            Map.entry("resource-labels", "service.name, host.name"),
            Map.entry("max-clients", "3"),
            Map.entry("max-queue-messages", "100"),
            Map.entry("max-queue-bytes", "100000"),
            Map.entry("max-metrics", "10"),
            Map.entry("max-client-bytes", "100"),
            Map.entry("handshake-timeout", "30s"),
            Map.entry("stall-timeout", "30s"),
            Map.entry("flush-timeout", "30s"),
            Map.entry("secret", SECRET)),
        Map.of(
            "port",
            "0",
            "tls-certificate",
            tls.certificate().toString(),
            "tls-key",
            tls.key().toString(),
            "tls-key-password",
            "s3cret-key",
            "tls-client-ca",
            tls.clientCa().toString(),
            "tls-min-version",
            "1.3"));
  }
}
