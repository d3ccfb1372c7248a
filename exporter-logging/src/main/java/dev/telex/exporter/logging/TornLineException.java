/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.io.IOException;

/** A line could not be written, and a part of it, or all of it, may be in the file. */
final class TornLineException extends IOException {

  private static final long serialVersionUID = 1L;

  TornLineException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
