/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Signal;

/**
 * A snapshot of a pipeline's counts.
 *
 * @param traces of spans
 * @param metrics of data points
 * @param logs of log records
 */
public record PipelineStats(SignalStats traces, SignalStats metrics, SignalStats logs) {

  /** The counts of one signal. */
  public SignalStats of(Signal signal) {
    return switch (signal) {
      case TRACES -> traces;
      case METRICS -> metrics;
      case LOGS -> logs;
    };
  }
}
