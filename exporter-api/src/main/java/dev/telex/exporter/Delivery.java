/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/** What a {@link ExportResult.Status#SUCCESS} of an exporter means. */
public enum Delivery {
  /** The backend said that it took the items. */
  ACKNOWLEDGED,
  /**
   * The items were handed on, and nobody says whether they arrived: a logger, a stream of whoever
   * listens, a page that may be scraped. Such a leg never satisfies a fan-out that waits for any
   * success or for a quorum.
   */
  BEST_EFFORT
}
