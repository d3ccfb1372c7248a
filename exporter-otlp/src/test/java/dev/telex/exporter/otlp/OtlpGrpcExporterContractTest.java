/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.testkit.ContractBackend;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Over gRPC, compressed, to a server of grpc-java. */
class OtlpGrpcExporterContractTest extends OtlpExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend).protocol(OtlpProtocol.GRPC).compression(Gzip.fast()).build();
  }

  @Override
  protected ContractBackend newBackend() throws Exception {
    return new GrpcBackend();
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return overGrpc(super.settings(backend));
  }
}
