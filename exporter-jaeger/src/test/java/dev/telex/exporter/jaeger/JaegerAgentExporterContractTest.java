/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** To an agent, over UDP. */
class JaegerAgentExporterContractTest extends ExporterContract {

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return JaegerAgentExporter.builder()
        .agentHost(backend.getHost())
        .agentPort(backend.getPort())
        .timeout(Duration.ofMinutes(2))
        .build();
  }

  @Override
  protected ContractBackend newBackend() throws Exception {
    return new UdpBackend();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(JaegerEncoding.AGENT_PROCESS, JaegerEncoding.AGENT_SPANS);
  }

  @Override
  protected String providerName(Exporter exporter) {
    return "jaeger";
  }

  /** The provider takes some for collectors; an agent is given none. */
  @Override
  protected List<String> secrets() {
    return List.of("s3cret-token");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    List<Map<String, String>> all = new ArrayList<>();
    all.add(ProviderSettings.agent(backend));
    URI collector = URI.create("http://127.0.0.1:" + backend.getPort());
    all.addAll(ProviderSettings.collector(collector, files));
    return all;
  }
}
