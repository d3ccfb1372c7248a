/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.http.HttpSettingsExamples;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** In JSON, compressed. */
class ZipkinExporterContractTest extends ExporterContract {

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
    return HttpSettingsExamples.with(
        Map.of(
            "endpoint", backend + "/api/v2/spans",
            "format", "protobuf",
            "dialect", "collector",
            "local-address", "192.168.1.2"),
        backend,
        files);
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
