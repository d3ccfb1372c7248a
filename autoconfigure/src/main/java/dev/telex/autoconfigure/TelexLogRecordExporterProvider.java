/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.pipeline.SdkBridge;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.logs.ConfigurableLogRecordExporterProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;

/** Makes {@code otel.logs.exporter=telex} known to the SDK's autoconfiguration. */
public final class TelexLogRecordExporterProvider implements ConfigurableLogRecordExporterProvider {

  /** For the service loader. */
  public TelexLogRecordExporterProvider() {}

  @Override
  public String getName() {
    return Configured.NAME;
  }

  @Override
  public LogRecordExporter createExporter(ConfigProperties config) {
    // Of no exporters at all: the processor that has it is replaced by that of the pipeline.
    return Configured.of(config)
        .bridge()
        .map(SdkBridge::logRecordExporter)
        .orElseGet(LogRecordExporter::composite);
  }
}
