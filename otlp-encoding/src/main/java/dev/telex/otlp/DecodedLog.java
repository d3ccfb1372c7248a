/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import org.jspecify.annotations.Nullable;

/** A log record that was read; the SDK has no public factory for one. */
record DecodedLog(
    Resource getResource,
    InstrumentationScopeInfo getInstrumentationScopeInfo,
    long getTimestampEpochNanos,
    long getObservedTimestampEpochNanos,
    SpanContext getSpanContext,
    Severity getSeverity,
    @Nullable String getSeverityText,
    @Nullable Value<?> getBodyValue,
    Attributes getAttributes,
    int getTotalAttributeCount,
    @Nullable String getEventName)
    implements LogRecordData {

  // The SDK still demands it.
  @SuppressWarnings("deprecation")
  @Override
  public io.opentelemetry.sdk.logs.data.Body getBody() {
    return getBodyValue == null
        ? io.opentelemetry.sdk.logs.data.Body.empty()
        : io.opentelemetry.sdk.logs.data.Body.string(getBodyValue.asString());
  }
}
