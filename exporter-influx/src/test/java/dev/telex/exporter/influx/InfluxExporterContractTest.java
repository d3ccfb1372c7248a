/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

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

/** With a bucket and a token, compressed. */
class InfluxExporterContractTest extends ExporterContract {

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend)
        .bucket("telemetry")
        .token("s3cret-token")
        .compression(Gzip.fast())
        .build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(
        new InfluxEncoding(
            InfluxSchema.TELEGRAF_PROMETHEUS_V1,
            InfluxDialect.INFLUXDB,
            Set.of("service.name", "span.name"),
            Set.of("service.name")));
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-token", "s3cret-tenant");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    List<Map<String, String>> all =
        HttpSettingsExamples.with(
            Map.of(
                "endpoint", backend.toString(),
                "org", "acme",
                "bucket", "telemetry",
                "token", "s3cret-token",
                "schema", "telegraf-prometheus-v2",
                "dialect", "victoriametrics",
                "span-dimensions", "service.name,http.route",
                "log-dimensions", "none"),
            backend,
            files);
    all.add(
        Map.of(
            "endpoint", backend.toString(),
            "database", "telemetry",
            "retention-policy", "week",
            "username", "me",
            "password", "s3cret-password"));
    return all;
  }

  final InfluxExporter.Builder builder(URI backend) {
    return InfluxExporter.builder()
        .endpoint(backend)
        .header("X-Tenant", "s3cret-tenant")
        .timeout(Duration.ofMinutes(2));
  }
}
