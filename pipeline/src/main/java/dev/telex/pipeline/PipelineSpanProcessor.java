/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** Queues the sampled spans that end. */
final class PipelineSpanProcessor implements SpanProcessor {

  private final Inlet<ReadableSpan> inlet;
  private final Facade facade;

  PipelineSpanProcessor(Inlet<ReadableSpan> inlet, Facade facade) {
    this.inlet = inlet;
    this.facade = facade;
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled()) {
      inlet.offer(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
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
