/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;

/** A custom exporter: one line of text for each span. */
public final class CsvExporter {

  private CsvExporter() {}

  // [custom-exporter]
  /** Appends spans to a file, as comma-separated values. */
  public static Exporter toFile(Path file) {
    return Exporter.blocking(
        "csv",
        Set.of(Signal.TRACES),
        ForkJoinPool.commonPool(),
        (batch, context) -> {
          List<String> lines =
              batch.spans().stream().map(s -> s.getName() + "," + s.getStartEpochNanos()).toList();
          Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          return ExportResult.success(batch); // an IOException is retryable, anything else is not
        });
  }
  // [/custom-exporter]
}
