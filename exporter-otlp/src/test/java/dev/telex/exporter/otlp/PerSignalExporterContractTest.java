/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.otlp.OtlpEncoding;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Two protocols, two compressions, two tenants: an exporter for each signal. */
class PerSignalExporterContractTest extends OtlpExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    Map<String, String> variables =
        new HashMap<>(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", backend.toString(),
                "OTEL_EXPORTER_OTLP_TIMEOUT", "120000",
                "OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20s3cret-token",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                    "Authorization=Bearer%20s3cret-token,X-Tenant=s3cret-tenant",
                "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"));
    protocols(variables);
    Exporter exporter =
        new OtlpExporterProvider(new OtlpEnvironment(name -> null, variables::get, warning -> {}))
            .create(ExporterConfig.empty());
    if (!(exporter instanceof PerSignalExporter)) {
      throw new AssertionError(exporter.getClass());
    }
    return exporter;
  }

  void protocols(Map<String, String> variables) {
    variables.put("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json");
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.PROTOBUF, OtlpEncoding.JSON);
  }
}
