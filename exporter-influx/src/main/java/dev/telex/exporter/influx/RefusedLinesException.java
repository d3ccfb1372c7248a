/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

/**
 * The cause of a result: the server took nothing of a batch, for lines that it does not like. The
 * others are worth another request.
 */
final class RefusedLinesException extends Exception {

  private static final long serialVersionUID = 1;

  RefusedLinesException(String message) {
    super(message, null, false, false);
  }
}
