/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.Exempt;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Of a {@link LoggingExporter} to a stream, in readable lines. */
@Exempt(
    value = Clause.REMAINING_TIME,
    because = "a write that has begun is not interrupted, and ends when it is cancelled")
class StreamExporterContractTest extends ExporterContract {

  private final Map<URI, StreamBackend> backends = new ConcurrentHashMap<>();

  @Override
  protected Exporter newExporter(URI backend) {
    return LoggingExporter.toStream(Objects.requireNonNull(backends.get(backend)).stream());
  }

  @Override
  protected ContractBackend newBackend() {
    StreamBackend backend = new StreamBackend();
    backends.put(backend.uri(), backend);
    return backend;
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(LoggingFormat.LINE.encoding(500), LoggingFormat.PRETTY.encoding(500));
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    return List.of(
        FileExporterContractTest.toLogger(),
        FileExporterContractTest.toFile("target/never-written.jsonl"));
  }
}
