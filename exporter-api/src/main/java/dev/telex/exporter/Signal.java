/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.Locale;

/** One of the three kinds of telemetry. A {@link Batch} holds items of exactly one. */
public enum Signal {
  /** Spans. */
  TRACES,
  /** Metrics, counted by their data points. */
  METRICS,
  /** Log records. */
  LOGS;

  /** The lower-case name: {@code traces}, {@code metrics} or {@code logs}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
