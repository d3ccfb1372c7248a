/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

/** Tells the OpenTelemetry SDK why an export failed that had no exception behind it. */
public final class ExportFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ExportFailedException(String message) {
    super(message);
  }
}
