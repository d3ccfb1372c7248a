/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;

/**
 * The cause of a result whose payload was larger than {@code maxRequestBytes}, so that nothing was
 * sent: for plugins that can {@linkplain dev.telex.exporter.SplitExport split} the batch.
 */
public final class RequestTooLargeException extends Exception {

  private static final long serialVersionUID = 1;

  private final String words;

  RequestTooLargeException(long bytes, long maxRequestBytes) {
    this(
        "not sent: "
            + bytes
            + " bytes before compression are more than "
            + maxRequestBytes
            + " (maxRequestBytes)");
  }

  private RequestTooLargeException(String words) {
    super(words);
    this.words = words;
  }

  ExportResult result() {
    return ExportResult.permanent(words).withCause(this);
  }
}
