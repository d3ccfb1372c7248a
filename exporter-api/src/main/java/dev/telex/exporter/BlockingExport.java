/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * The body of an exporter that works by blocking its thread; see {@link Exporter#blocking}.
 *
 * <p>It may be called for several batches at once, on as many threads as its executor gives.
 */
@FunctionalInterface
public interface BlockingExport {

  /**
   * Exports one batch and returns when that is over.
   *
   * <p>When the export is cancelled the thread that runs it is interrupted.
   *
   * @param batch at least one item, of a signal that the exporter carries
   * @param context the attempt, the time that is left, and whether it is cancelled
   * @return what became of the items
   * @throws Exception becomes a result by the rules of {@link ExportResult#failure}: an {@link
   *     java.io.IOException} is retryable, most others are permanent
   */
  ExportResult export(Batch batch, ExportContext context) throws Exception;
}
