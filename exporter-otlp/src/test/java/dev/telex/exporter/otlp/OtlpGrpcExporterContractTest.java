/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.testkit.ContractBackend;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
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
    List<Map<String, String>> all = new ArrayList<>(super.settings(backend));
    Map<String, String> first = new HashMap<>(all.get(0));
    first.put("protocol", "grpc");
    all.set(0, first);
    return all;
  }
}
