/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

/**
 * What became of one document.
 *
 * @param status as of HTTP
 * @param type of the error; empty if there is none
 * @param reason Elasticsearch's words; empty if there are none
 */
record BulkItem(int status, String type, String reason) {

  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Whether it is there: created, or found there by its name, because an earlier attempt was. */
  boolean isDelivered() {
    return (status >= 200 && status < 300) || status == CONFLICT;
  }

  /** Whether it may be taken later: Elasticsearch is short of memory or of shards. */
  boolean isRetryable() {
    return status == TOO_MANY_REQUESTS || status >= 500;
  }

  /** The type and the reason. */
  String words() {
    return reason.isEmpty() ? type : type + ": " + reason;
  }
}
