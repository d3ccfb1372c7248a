/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a server says about items that it did not take ({@code ExportTracePartialSuccess} and its
 * siblings of the other signals, which differ in a name only).
 *
 * @param rejected the server's word: of any size, also negative
 * @param message the server's word: of any length, may be empty
 */
record PartialSuccess(long rejected, String message) {

  static final PartialSuccess NONE = new PartialSuccess(0, "");

  /**
   * The result of a server that took all but these.
   *
   * @param excerpt makes the server's words fit for a message
   */
  ExportResult result(Batch batch, UnaryOperator<String> excerpt) {
    String words = excerpt.apply(message);
    if (rejected > 0) {
      int count = (int) Math.min(rejected, batch.itemCount());
      return ExportResult.partial(batch, List.of(new Rejection(count, words)))
          .withMessage(
              "the server rejected "
                  + count
                  + " of "
                  + batch.itemCount()
                  + (words.isEmpty() ? " without a word" : ": " + words));
    }
    ExportResult all = ExportResult.success(batch);
    return words.isEmpty() ? all : all.withMessage("the server warns: " + words);
  }

  /**
   * The result of a server that acknowledged the batch and gave details that cannot be read. To
   * send everything elsewhere once more would be wrong more often.
   */
  static ExportResult unreadable(Batch batch, String status, String problem) {
    return ExportResult.success(batch)
        .withMessage(
            status
                + ", but the answer cannot be read ("
                + problem
                + "): whether the server rejected items is not known");
  }
}
