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
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.file.Path;
import java.util.List;
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
    assertThat(file).hasContent("a span,7\n");
  }

  @Test
  void aFileThatCannotBeWrittenIsRetryable() throws Exception {
    try (Exporter exporter = CsvExporter.toFile(folder.resolve("absent/spans.csv"))) {
      assertThat(export(exporter).status()).isEqualTo(ExportResult.Status.RETRYABLE);
    }
  }

  private static ExportResult export(Exporter exporter) throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                TestSpanData.builder()
                    .setName("a span")
                    .setKind(SpanKind.INTERNAL)
                    .setStatus(StatusData.unset())
                    .setStartEpochNanos(7)
                    .setEndEpochNanos(8)
                    .setHasEnded(true)
                    .build()));
    return exporter
        .export(batch, ExportContext.none())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
