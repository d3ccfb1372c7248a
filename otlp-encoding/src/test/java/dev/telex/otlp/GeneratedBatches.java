/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;

/** Generated batches, for the tests of other modules. */
public final class GeneratedBatches {

  private GeneratedBatches() {}

  /** Spans, metrics or log records that a seed determines, with every kind of field and text. */
  public static Batch of(Signal signal, long seed, int count) {
    return switch (signal) {
      case TRACES -> Batch.traces(Telemetry.spans(seed, count));
      case METRICS -> Batch.metrics(Telemetry.metrics(seed, count));
      case LOGS -> Batch.logs(Telemetry.logs(seed, count));
    };
  }
}
