/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * A batch cannot be written in an encoding, or not be compressed. The batch remembers it: asking
 * again gives the same failure without another run. {@link ExportResult#failure} makes it {@link
 * ExportResult.Status#PERMANENT}.
 */
public final class EncodingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EncodingException(String message) {
    super(message);
  }

  EncodingException(String message, Throwable cause) {
    super(message, cause);
  }
}
