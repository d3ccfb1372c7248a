/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.exporter.Signal;
import dev.telex.pipeline.Pipeline;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.List;
import java.util.Optional;

/**
 * Puts the pipeline in the place of the SDK's own batch processors and periodic reader, which the
 * autoconfiguration made around an exporter that does nothing.
 */
public final class TelexCustomizer implements AutoConfigurationCustomizerProvider {

  private static final System.Logger LOGGER =
      System.getLogger(TelexCustomizer.class.getPackageName());

  private static final List<String> SETTINGS =
      List.of("schedule.delay", "max.queue.size", "max.export.batch.size", "export.timeout");

  /** For the service loader. */
  public TelexCustomizer() {}

  @Override
  public void customize(AutoConfigurationCustomizer customizer) {
    customizer
        .addSpanProcessorCustomizer(TelexCustomizer::replace)
        .addLogRecordProcessorCustomizer(TelexCustomizer::replace)
        .addMetricReaderCustomizer(TelexCustomizer::replace);
  }

  private static SpanProcessor replace(SpanProcessor processor, ConfigProperties properties) {
    if (!(processor instanceof BatchSpanProcessor)) {
      return processor;
    }
    Optional<Pipeline> pipeline = pipeline(properties, Signal.TRACES);
    pipeline.ifPresent(
        used -> {
          processor.shutdown();
          warnOfOthers(properties, "otel.bsp.");
        });
    return pipeline.map(Pipeline::spanProcessor).orElse(processor);
  }

  private static LogRecordProcessor replace(
      LogRecordProcessor processor, ConfigProperties properties) {
    if (!(processor instanceof BatchLogRecordProcessor)) {
      return processor;
    }
    Optional<Pipeline> pipeline = pipeline(properties, Signal.LOGS);
    pipeline.ifPresent(
        used -> {
          processor.shutdown();
          warnOfOthers(properties, "otel.blrp.");
        });
    return pipeline.map(Pipeline::logRecordProcessor).orElse(processor);
  }

  private static MetricReader replace(MetricReader reader, ConfigProperties properties) {
    if (!(reader instanceof PeriodicMetricReader)) {
      return reader;
    }
    Optional<Pipeline> pipeline = pipeline(properties, Signal.METRICS);
    pipeline.ifPresent(used -> reader.shutdown());
    return pipeline.map(Pipeline::metricReader).orElse(reader);
  }

  private static Optional<Pipeline> pipeline(ConfigProperties properties, Signal signal) {
    return Configured.isAlone(properties, signal)
        ? Configured.of(properties).pipeline()
        : Optional.empty();
  }

  /** They are for the SDK's processors; a user who sets them should know. */
  private static void warnOfOthers(ConfigProperties properties, String prefix) {
    for (String setting : SETTINGS) {
      if (properties.getString(prefix + setting) != null) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "{0}{1} has no effect with the exporter telex: want telex.pipeline.*",
            prefix,
            setting);
      }
    }
  }
}
