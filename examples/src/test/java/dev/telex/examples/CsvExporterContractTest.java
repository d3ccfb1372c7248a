/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import static dev.telex.testkit.Clause.ENCODES_ONCE;
import static dev.telex.testkit.Clause.FOUND_BY_NAME;

import dev.telex.exporter.Exporter;
import dev.telex.testkit.Exempt;
import dev.telex.testkit.FileExporterContract;
import java.nio.file.Path;

// [custom-exporter-contract]
@Exempt(value = ENCODES_ONCE, because = "it writes lines of its own")
@Exempt(value = FOUND_BY_NAME, because = "it is used in code, and no plugin")
class CsvExporterContractTest extends FileExporterContract {
  @Override
  protected Exporter newExporter(Path file) {
    return CsvExporter.toFile(file);
  }
}
// [/custom-exporter-contract]
