/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.pipeline.SdkBridge;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Makes {@code otel.traces.exporter=telex} known to the SDK's autoconfiguration. */
public final class TelexSpanExporterProvider implements ConfigurableSpanExporterProvider {

  /** For the service loader. */
  public TelexSpanExporterProvider() {}

  @Override
  public String getName() {
    return Configured.NAME;
  }

  @Override
  public SpanExporter createExporter(ConfigProperties config) {
    // Of no exporters at all: the processor that has it is replaced by that of the pipeline.
    return Configured.of(config)
        .bridge()
        .map(SdkBridge::spanExporter)
        .orElseGet(SpanExporter::composite);
  }
}
