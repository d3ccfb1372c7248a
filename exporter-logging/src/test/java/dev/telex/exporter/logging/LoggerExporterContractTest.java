/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Exporter;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Of a {@link LoggingExporter} to a logger, in readable lines. */
class LoggerExporterContractTest extends ExporterContract {

  @Override
  protected Exporter newExporter(URI backend) {
    return LoggingExporter.toLogger("contract");
  }

  @Override
  protected ContractBackend newBackend() {
    return ContractBackend.none("a logger says nothing of what it took");
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return List.of(
        FileExporterContractTest.toLogger(),
        FileExporterContractTest.toFile("target/never-written.jsonl"));
  }
}
