/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import java.net.URI;
import java.util.Set;

/** In protobuf, not compressed, in the Collector's dialect. */
class ZipkinProtobufExporterContractTest extends ZipkinExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).format(ZipkinFormat.PROTOBUF).dialect(ZipkinDialect.COLLECTOR).build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(new ZipkinEncoding(ZipkinFormat.PROTOBUF, ZipkinDialect.COLLECTOR, null));
  }
}
