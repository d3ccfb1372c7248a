/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

/** A request is over the exporter's own limit, and was not sent. */
final class RequestTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RequestTooLargeException(long bytes, long maxBytes) {
    super("the documents are " + bytes + " bytes, more than maxRequestBytes, " + maxBytes);
  }
}
