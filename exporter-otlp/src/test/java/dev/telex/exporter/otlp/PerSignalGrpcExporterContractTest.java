/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Encoding;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.ContractBackend;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** As {@link PerSignalExporterContractTest}, over gRPC. */
class PerSignalGrpcExporterContractTest extends PerSignalExporterContractTest {

  @Override
  void protocols(Map<String, String> variables) {
    variables.put("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
  }

  @Override
  protected ContractBackend newBackend() throws Exception {
    return new GrpcBackend();
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return overGrpc(super.settings(backend));
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.PROTOBUF);
  }
}
