/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.MetricPreferences;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.time.Duration;

/** Lets the pipeline collect metrics. */
final class PipelineMetricReader implements MetricReader {

  private final MetricQueue queue;
  private final Duration interval;
  private final MetricPreferences preferences;
  private final Facade facade;

  PipelineMetricReader(
      MetricQueue queue, Duration interval, MetricPreferences preferences, Facade facade) {
    this.queue = queue;
    this.interval = interval;
    this.preferences = preferences;
    this.facade = facade;
  }

  Duration interval() {
    return interval;
  }

  @Override
  public void register(CollectionRegistration registration) {
    queue.register(registration);
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType instrument) {
    return preferences.temporality(instrument).orElse(AggregationTemporality.CUMULATIVE);
  }

  @Override
  public Aggregation getDefaultAggregation(InstrumentType instrument) {
    return preferences.aggregation(instrument).orElse(Aggregation.defaultAggregation());
  }

  /** Batches keep what they were given. */
  @Override
  public MemoryMode getMemoryMode() {
    return MemoryMode.IMMUTABLE_DATA;
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
