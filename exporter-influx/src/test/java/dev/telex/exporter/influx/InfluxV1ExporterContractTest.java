/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** With a database, and the other schema. */
class InfluxV1ExporterContractTest extends InfluxExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend)
        .database("telemetry")
        .basicAuth("me", "s3cret-password")
        .schema(InfluxSchema.TELEGRAF_PROMETHEUS_V2)
        .build();
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-password", "s3cret-tenant");
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(
        new InfluxEncoding(
            InfluxSchema.TELEGRAF_PROMETHEUS_V2,
            InfluxDialect.INFLUXDB_1,
            Set.of("service.name", "span.name"),
            Set.of("service.name")));
  }
}
