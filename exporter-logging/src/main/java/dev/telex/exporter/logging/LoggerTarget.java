/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.util.BitSet;
import java.util.List;

/** A logger, with a record for each item, or for each batch of OTLP JSON. */
final class LoggerTarget implements Target {

  private final System.Logger logger;
  private final System.Logger.Level level;
  private final Shown shown;

  LoggerTarget(System.Logger logger, System.Logger.Level level, Shown shown) {
    this.logger = logger;
    this.level = level;
    this.shown = shown;
  }

  @Override
  public Delivery delivery() {
    return Delivery.BEST_EFFORT;
  }

  @Override
  public ExportResult write(Batch batch) throws InterruptedException {
    if (logger.isLoggable(level)) {
      Batch foreign = withoutOwn(batch);
      if (foreign.itemCount() > 0) {
        for (String text : shown.of(foreign)) {
          logger.log(level, text);
        }
      }
    }
    return ExportResult.success(batch);
  }

  @Override
  public void close() {}

  /**
   * A log appender may make telemetry of what this logger writes: log records whose scope is the
   * logger. Logging those again would never end.
   */
  private Batch withoutOwn(Batch batch) {
    if (batch.signal() != Signal.LOGS) {
      return batch;
    }
    List<LogRecordData> logs = batch.logs();
    BitSet foreign = new BitSet(logs.size());
    for (int i = 0; i < logs.size(); i++) {
      foreign.set(i, !logs.get(i).getInstrumentationScopeInfo().getName().equals(logger.getName()));
    }
    return batch.retain(foreign);
  }
}
