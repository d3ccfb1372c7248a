/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Setting;
import dev.telex.pipeline.Overflow;
import dev.telex.pipeline.Pipeline;
import dev.telex.pipeline.PipelineBuilder;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of a pipeline as properties {@code telex.pipeline.…}. */
final class PipelineProperties {

  private static final String PREFIX = "telex.pipeline.";

  private static final Setting<Integer> MAX_QUEUE_SIZE =
      Setting.integer("max-queue-size", "items that may wait", 1, Integer.MAX_VALUE);
  private static final Setting<Integer> MAX_QUEUE_BYTES =
      Setting.integer("max-queue-bytes", "bytes that may wait", 1, Integer.MAX_VALUE);
  private static final Setting<Integer> MAX_BATCH_SIZE =
      Setting.integer("max-batch-size", "items of a batch", 1, Integer.MAX_VALUE);
  private static final Setting<Integer> MAX_BATCH_BYTES =
      Setting.integer("max-batch-bytes", "bytes of a batch", 1, Integer.MAX_VALUE);
  private static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.integer("max-in-flight", "exports of a signal", 1, Integer.MAX_VALUE);
  private static final Setting<Duration> MAX_DELAY =
      Setting.duration("max-delay", "until a batch is sent that is not full");
  private static final Setting<Duration> EXPORT_TIMEOUT =
      Setting.duration("export-timeout", "of an export with its retries");
  private static final Setting<Duration> METRIC_INTERVAL =
      Setting.duration("metric-interval", "between collections");
  private static final Setting<Duration> SHUTDOWN_GRACE =
      Setting.duration("shutdown-grace", "for what waits at the end");
  private static final Setting<String> OVERFLOW =
      Setting.string("overflow", "drop-newest, drop-oldest, keep-what-matters, or block:<time>");

  private final Function<String, Optional<String>> properties;

  private PipelineProperties(Function<String, Optional<String>> properties) {
    this.properties = properties;
  }

  /**
   * A pipeline to an exporter, which measures itself where there is a global OpenTelemetry.
   *
   * @param properties give the value of a key, if there is one
   * @param metricInterval of the SDK's own setting, if there is one
   * @throws ConfigurationException if one is wrong
   */
  static Pipeline pipeline(
      Exporter exporter,
      Function<String, Optional<String>> properties,
      @Nullable Duration metricInterval) {
    PipelineProperties all = new PipelineProperties(properties);
    PipelineBuilder builder =
        Pipeline.builder(exporter).meterProvider(PipelineProperties::globalMeters);
    if (metricInterval != null) {
      builder.metricInterval(metricInterval);
    }
    all.apply(MAX_QUEUE_SIZE, builder::maxQueueSize);
    all.apply(MAX_QUEUE_BYTES, bytes -> builder.maxQueueBytes(bytes));
    all.apply(MAX_BATCH_SIZE, builder::maxBatchSize);
    all.apply(MAX_BATCH_BYTES, bytes -> builder.maxBatchBytes(bytes));
    all.apply(MAX_IN_FLIGHT, builder::maxInFlight);
    all.apply(MAX_DELAY, builder::maxDelay);
    all.apply(EXPORT_TIMEOUT, builder::exportTimeout);
    all.apply(METRIC_INTERVAL, builder::metricInterval);
    all.apply(SHUTDOWN_GRACE, builder::shutdownGrace);
    all.apply(OVERFLOW, text -> builder.overflow(overflow(text)));
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(PREFIX + "*: " + e.getMessage(), e);
    }
  }

  /** Those of the SDK that is just being configured, if it becomes the global one. */
  private static @Nullable MeterProvider globalMeters() {
    return GlobalOpenTelemetry.isSet() ? GlobalOpenTelemetry.getMeterProvider() : null;
  }

  private <T> void apply(Setting<T> setting, Consumer<? super T> setter) {
    properties
        .apply(PREFIX + setting.key())
        .ifPresent(
            text -> {
              try {
                setter.accept(setting.parse(text));
              } catch (IllegalArgumentException e) {
                throw new ConfigurationException(PREFIX + setting.key() + ": " + e.getMessage(), e);
              }
            });
  }

  private static Overflow overflow(String text) {
    if (text.startsWith("block:")) {
      return Overflow.block(
          Setting.duration("overflow", "").parse(text.substring("block:".length())));
    }
    return switch (text) {
      case "drop-newest" -> Overflow.DROP_NEWEST;
      case "drop-oldest" -> Overflow.DROP_OLDEST;
      case "keep-what-matters" -> Overflow.KEEP_WHAT_MATTERS;
      default ->
          throw new ConfigurationException(
              "'" + text + "': want drop-newest, drop-oldest, keep-what-matters, or block:100ms");
    };
  }
}
