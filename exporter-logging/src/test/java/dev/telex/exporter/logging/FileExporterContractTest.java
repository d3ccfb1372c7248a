/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.FileExporterContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Of a {@link LoggingExporter} to a file. */
class FileExporterContractTest extends FileExporterContract {

  @Override
  protected Exporter newExporter(Path file) {
    return LoggingExporter.toFile(file);
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(OtlpEncoding.JSON);
  }

  @Override
  protected List<Map<String, String>> settings(URI backend) {
    String path = Path.of(backend).toString();
    return List.of(toFile(path), toLogger(), Map.of("target", "stderr"));
  }

  static Map<String, String> toFile(String path) {
    return Map.of(
        "target", "file",
        "path", path,
        "file-per-signal", "true",
        "rotate-at-bytes", "1000000",
        "rotate-every", "1h",
        "keep-files", "3");
  }

  static Map<String, String> toLogger() {
    return Map.of(
        "target", "logger",
        "logger", "contract",
        "level", "debug",
        "format", "pretty",
        "max-line-length", "500",
        "max-items", "10",
        "max-waiting-batches", "5");
  }
}
