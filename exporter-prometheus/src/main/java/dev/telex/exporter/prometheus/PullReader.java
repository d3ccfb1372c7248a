/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.MetricPreferences;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lets an SDK be asked for its metrics by each scrape. */
final class PullReader implements MetricReader {

  /** What an exporter does for its readers. */
  interface Owner {
    void register(CollectionRegistration source);

    CompletableResultCode shutDown(@Nullable CollectionRegistration source);
  }

  private final Owner owner;
  private final MetricPreferences preferences;
  private final AtomicReference<@Nullable CollectionRegistration> source = new AtomicReference<>();
  private @Nullable CompletableResultCode closed;

  PullReader(Owner owner, MetricPreferences preferences) {
    this.owner = owner;
    this.preferences = preferences;
  }

  @Override
  public void register(CollectionRegistration registration) {
    if (!source.compareAndSet(null, registration)) {
      throw new IllegalStateException(
          "this reader is registered already: ask the exporter for another one");
    }
    owner.register(registration);
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public Aggregation getDefaultAggregation(InstrumentType type) {
    return preferences.aggregation(type).orElse(Aggregation.defaultAggregation());
  }

  @Override
  public MemoryMode getMemoryMode() {
    return MemoryMode.IMMUTABLE_DATA;
  }

  /** Does nothing: who wants metrics asks for them. */
  @Override
  public CompletableResultCode forceFlush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    synchronized (source) {
      if (closed == null) {
        closed = owner.shutDown(source.get());
      }
      return closed;
    }
  }

  @Override
  public String toString() {
    return "PrometheusExporter.metricReader";
  }
}
