/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;

/** An answer broke off before it was clear what the server did. */
final class BrokenAnswerException extends IOException {

  private static final long serialVersionUID = 1L;

  private final IOException failure;

  /**
   * For one answer.
   *
   * @param words what was there of it
   */
  BrokenAnswerException(String words, IOException failure) {
    super(words, failure);
    this.failure = failure;
  }

  IOException failure() {
    return failure;
  }
}
