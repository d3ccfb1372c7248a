/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.SampleBatches;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvExporterTest {

  @TempDir private Path folder;

  @Test
  void writesALineForEachSpan() throws Exception {
    Path file = folder.resolve("spans.csv");
    try (Exporter exporter = CsvExporter.toFile(file)) {
      ExportResult result = export(exporter);
      assertThat(result.status()).isEqualTo(ExportResult.Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(1);
    }
    assertThat(file).hasContent("span-0,1\n");
  }

  private static ExportResult export(Exporter exporter) throws Exception {
    Batch batch = SampleBatches.spans(1);
    return exporter
        .export(batch, ExportContext.none())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
