/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingExporterProviderTest {

  @Test
  void defaults() {
    try (Exporter exporter = create(Map.of())) {
      assertThat(exporter).isInstanceOf(LoggingExporter.class).hasToString("logging");
    }
  }

  @Test
  void aFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("a.jsonl");
    try (Exporter exporter = create(Map.of("target", "file", "path", file.toString()))) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
    }
    assertThat(Files.readString(file)).startsWith("{\"resourceSpans\":");

    try (Exporter exporter =
        create(Map.of("target", "file", "path", file.toString(), "file-per-signal", "true"))) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
    }
    assertThat(directory.resolve("a-traces.jsonl")).exists();
  }

  @Test
  void theConsole() throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try (Exporter exporter = create(Map.of("target", "stdout", "max-items", "1"))) {
      await(exporter.export(Samples.spans("a", "b"), ExportContext.none()));
    } finally {
      System.setOut(console);
    }
    assertThat(bytes.toString(UTF_8).lines()).hasSize(2).last().isEqualTo("... and 1 more span");

    PrintStream errors = System.err;
    bytes.reset();
    System.setErr(new PrintStream(bytes, true, UTF_8));
    try (Exporter exporter = create(Map.of("target", "stderr", "format", "otlp-json"))) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
    } finally {
      System.setErr(errors);
    }
    assertThat(bytes.toString(UTF_8)).startsWith("{\"resourceSpans\":").endsWith("}\n");
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> create(Map.of("target", "printer")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "setting 'target' is 'printer': want one of logger, stdout, stderr, file");
    assertThatThrownBy(() -> create(Map.of("level", "off")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("trace, debug, info, warning, error");
    assertThatThrownBy(() -> create(Map.of("max-items", "0")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting 'max-items' is '0'");
    assertThatThrownBy(() -> create(Map.of("target", "file")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting 'path' (of the file) is missing");
    assertThatThrownBy(() -> create(Map.of("path", "x.jsonl")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting 'path' is 'x.jsonl', but only target file has one");
    assertThatThrownBy(() -> create(Map.of("target", "file", "path", "no/such/x.jsonl")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("file is 'no/such/x.jsonl': there is no directory");
    assertThatThrownBy(() -> create(Map.of("target", "file", "path", "x.jsonl", "format", "line")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("format is LINE: a file is written as OTLP_JSON");
  }

  private static Exporter create(Map<String, String> settings) {
    return Exporters.load(LoggingExporterProviderTest.class.getClassLoader())
        .create("logging", ExporterConfig.of(settings));
  }
}
