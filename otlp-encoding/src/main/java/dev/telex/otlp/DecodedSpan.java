/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/** A span that was read; the SDK has no public factory for one. */
record DecodedSpan(
    Resource getResource,
    InstrumentationScopeInfo getInstrumentationScopeInfo,
    SpanContext getSpanContext,
    SpanContext getParentSpanContext,
    String getName,
    SpanKind getKind,
    long getStartEpochNanos,
    long getEndEpochNanos,
    Attributes getAttributes,
    int getTotalAttributeCount,
    List<EventData> getEvents,
    int getTotalRecordedEvents,
    List<LinkData> getLinks,
    int getTotalRecordedLinks,
    StatusData getStatus)
    implements SpanData {

  /** True: only spans that have ended are exported. */
  @Override
  public boolean hasEnded() {
    return true;
  }

  // The SDK still demands it.
  @SuppressWarnings("deprecation")
  @Override
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(
        getInstrumentationScopeInfo.getName(), getInstrumentationScopeInfo.getVersion());
  }
}
