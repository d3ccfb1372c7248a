/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;

/** Queues log records. */
final class PipelineLogRecordProcessor implements LogRecordProcessor {

  private final Inlet<ReadWriteLogRecord> inlet;
  private final Facade facade;

  PipelineLogRecordProcessor(Inlet<ReadWriteLogRecord> inlet, Facade facade) {
    this.inlet = inlet;
    this.facade = facade;
  }

  @Override
  public void onEmit(Context context, ReadWriteLogRecord log) {
    inlet.offer(log);
  }

  @Override
  public CompletableResultCode forceFlush() {
    return facade.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return facade.shutdown();
  }

  @Override
  public String toString() {
    return facade.toString();
  }
}
