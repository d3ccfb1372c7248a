/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.pipeline.SdkBridge;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.metrics.ConfigurableMetricExporterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;

/** Makes {@code otel.metrics.exporter=telex} known to the SDK's autoconfiguration. */
public final class TelexMetricExporterProvider implements ConfigurableMetricExporterProvider {

  /** For the service loader. */
  public TelexMetricExporterProvider() {}

  @Override
  public String getName() {
    return Configured.NAME;
  }

  @Override
  public MetricExporter createExporter(ConfigProperties config) {
    return Configured.of(config).bridge().map(SdkBridge::metricExporter).orElseGet(Replaced::new);
  }

  /** The reader that has it is replaced by that of the pipeline, before it ever collects. */
  private static final class Replaced implements MetricExporter {
    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
      return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
