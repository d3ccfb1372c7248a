/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.http.HttpSettingsExamples;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
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
    return HttpSettingsExamples.with(
        Map.of(
            "endpoint",
            backend.toString(),
            "traces-endpoint",
            backend + "/t",
            "metrics-endpoint",
            backend + "/m",
            "logs-endpoint",
            backend + "/l",
            "protocol",
            "http/json",
            "temporality",
            "delta",
            "histogram-aggregation",
            "explicit_bucket_histogram",
            "environment",
            "false"),
        backend,
        files);
  }

  /** These, with the first one for a backend of gRPC. */
  static List<Map<String, String>> overGrpc(List<Map<String, String>> settings) {
    List<Map<String, String>> all = new ArrayList<>(settings);
    Map<String, String> first = new HashMap<>(all.get(0));
    first.put("protocol", "grpc");
    all.set(0, first);
    return all;
  }

  final OtlpExporter.Builder builder(URI backend) {
    return OtlpExporter.builder()
        .endpoint(backend)
        .header("Authorization", "Bearer s3cret-token")
        .header("X-Tenant", "s3cret-tenant")
        .timeout(Duration.ofMinutes(2));
  }
}
