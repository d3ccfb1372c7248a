/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Exporter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * The {@link ExporterContract} of an exporter that writes a text file: its lines are the messages.
 * What has been reported as delivered is expected in the file, and no directory means that the
 * backend is down. What a file cannot do, such as refuse items, does not apply.
 */
public abstract class FileExporterContract extends ExporterContract {

  /** For subclasses. */
  protected FileExporterContract() {}

  /**
   * Makes an exporter, as {@link ExporterContract#newExporter(URI)}.
   *
   * @param file does not exist yet; its directory does
   */
  protected abstract Exporter newExporter(Path file) throws Exception;

  @Override
  protected final Exporter newExporter(URI backend) throws Exception {
    return newExporter(Path.of(backend));
  }

  @Override
  protected final ContractBackend newBackend() throws IOException {
    return new FileBackend();
  }
}
