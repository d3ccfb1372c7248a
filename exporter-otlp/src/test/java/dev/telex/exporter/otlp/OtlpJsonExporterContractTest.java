/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.otlp.OtlpEncoding;
import java.net.URI;
import java.util.Set;

/** In JSON, not compressed. */
class OtlpJsonExporterContractTest extends OtlpExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).protocol(OtlpProtocol.HTTP_JSON).build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.JSON);
  }
}
