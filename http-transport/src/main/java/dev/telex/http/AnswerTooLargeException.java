/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;

/** An answer is larger than the limit. */
final class AnswerTooLargeException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Sending it again would bring the same answer. */
  ExportResult result(String words, long limit) {
    return ExportResult.permanent(
        words + " with an answer of more than " + limit + " bytes (maxResponseBytes)");
  }
}
