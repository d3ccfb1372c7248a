/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.ContractBackend;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/** The same of OTLP, for all signals. */
class TcpOtlpContractTest extends TcpExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return TcpExporter.builder()
        .listen("127.0.0.1", 0)
        .format(TcpFormat.OTLP)
        .flushTimeout(Duration.ofSeconds(30))
        .build();
  }

  @Override
  protected ContractBackend newBackend() {
    return new ListeningBackend(TcpFormat.OTLP, "s3cret-hello\n");
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.PROTOBUF);
  }
}
