/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import org.jspecify.annotations.Nullable;

/** What a node answered. */
final class Answer {

  private final int status;
  private final @Nullable String retryAfter;
  private final byte[] body;

  /**
   * An answer.
   *
   * @param retryAfter the header of that name
   * @param body all of it, decompressed
   */
  Answer(int status, @Nullable String retryAfter, byte[] body) {
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = body;
  }

  int status() {
    return status;
  }

  @Nullable String retryAfter() {
    return retryAfter;
  }

  byte[] body() {
    return body;
  }

  boolean isSuccessful() {
    return status >= 200 && status < 300;
  }
}
