/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import java.io.IOException;

/**
 * A text is no OTLP JSON, or holds what the data of the OpenTelemetry SDK cannot. The message names
 * the place, as a JSON pointer (RFC 6901), and what would be right.
 */
public final class MalformedOtlpException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String path;

  MalformedOtlpException(String path, String message) {
    super((path.isEmpty() ? "the document" : path) + ' ' + message);
    this.path = path;
  }

  /**
   * Where in the document, for instance {@code /resourceSpans/0/scopeSpans/0/spans/2/traceId};
   * empty for the document as a whole. Of a long one only the beginning.
   */
  public String path() {
    return path;
  }
}
