/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.Answer;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.ExporterContract;
import dev.telex.testkit.HttpBackend;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** To a collector, over HTTP. */
class JaegerExporterContractTest extends ExporterContract {

  @TempDir private Path files;

  @Override
  protected Exporter newExporter(URI backend) {
    return JaegerExporter.builder()
        .endpoint(backend)
        .header("Authorization", "Bearer s3cret-token")
        .timeout(Duration.ofMinutes(2))
        .build();
  }

  @Override
  protected ContractBackend newBackend() {
    return HttpBackend.start().accepting(Answer.status(202));
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(JaegerEncoding.COLLECTOR);
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-token");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    List<Map<String, String>> all = new ArrayList<>(ProviderSettings.collector(backend, files));
    all.add(ProviderSettings.agent(backend));
    return all;
  }
}
