/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * Items that the backend refused for good, for one reason.
 *
 * @param count how many items, 0 or more; 0 is a warning of a backend that took everything
 * @param reason what the backend said, shortened by the exporter that read it; may be empty
 */
public record Rejection(int count, String reason) {

  /**
   * Checks the count.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Rejection {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count + ": want 0 or more");
    }
  }
}
