/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Exporter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Pipeline}. Each setter checks its value at once, and throws {@link
 * IllegalArgumentException} with the name of the setting. Not safe for use by several threads.
 */
public final class PipelineBuilder {

  private final Exporter exporter;
  private int maxQueueSize = 2048;
  private long maxQueueBytes = 32L << 20;
  private int maxBatchSize = 512;
  private long maxBatchBytes = 2L << 20;
  private Duration maxDelay = Duration.ofSeconds(1);
  private int maxInFlight = 10;
  private Overflow overflow = Overflow.DROP_NEWEST;
  private Duration exportTimeout = Duration.ofMinutes(2);
  private Duration metricInterval = Duration.ofMinutes(1);
  private Duration shutdownGrace = Exporter.CLOSE_GRACE;
  private Supplier<? extends @Nullable MeterProvider> meterProvider = MeterProvider::noop;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable Threads threads;

  PipelineBuilder(Exporter exporter) {
    this.exporter = exporter;
  }

  /**
   * How many spans, and how many log records, may wait: 2048, as in the OpenTelemetry
   * specification. Metrics don't count: those of one collection wait, however many there are.
   *
   * @param items 1 or more
   */
  public PipelineBuilder maxQueueSize(int items) {
    maxQueueSize = (int) atLeastOne("maxQueueSize", items);
    return this;
  }

  /**
   * How many bytes of spans, and of log records, may wait: 32 MiB. They are estimated, about as
   * OTLP would encode the items without the resource. By default that is done when the worker takes
   * an item out of its inlet, which it does whenever as many as a batch wait there; until then the
   * item counts as much as those of late.
   *
   * @param bytes 1 or more
   */
  public PipelineBuilder maxQueueBytes(long bytes) {
    maxQueueBytes = atLeastOne("maxQueueBytes", bytes);
    return this;
  }

  /**
   * How many items are exported together at most: 512, as in the OpenTelemetry specification. That
   * many are exported at once, without a wait. A larger collection of metrics is split.
   *
   * @param items 1 or more; no more than {@code maxQueueSize}
   */
  public PipelineBuilder maxBatchSize(int items) {
    maxBatchSize = (int) atLeastOne("maxBatchSize", items);
    return this;
  }

  /**
   * How many bytes are exported together at most, estimated as in {@link #maxQueueBytes}: 2 MiB,
   * half of what OTLP receivers over gRPC take by default. A larger item goes alone.
   *
   * @param bytes 1 or more; no more than {@code maxQueueBytes}
   */
  public PipelineBuilder maxBatchBytes(long bytes) {
    maxBatchBytes = atLeastOne("maxBatchBytes", bytes);
    return this;
  }

  /**
   * How long a span or a log record waits at most for a batch to become full: 1 s. It waits longer
   * while as many exports are under way as may be.
   *
   * @param time more than zero
   */
  public PipelineBuilder maxDelay(Duration time) {
    maxDelay = Times.positive("maxDelay", time);
    return this;
  }

  /**
   * How many exports of each signal may be under way at a time: 10. One that is being retried is
   * under way.
   *
   * @param exports 1 or more
   */
  public PipelineBuilder maxInFlight(int exports) {
    maxInFlight = (int) atLeastOne("maxInFlight", exports);
    return this;
  }

  /** What becomes of an item when the queue is full: {@link Overflow#DROP_NEWEST} by default. */
  public PipelineBuilder overflow(Overflow policy) {
    overflow = policy;
    return this;
  }

  /**
   * When an export is cancelled, with all of its retries: after 2 minutes. Its items are then
   * dropped, without being offered to a fallback; a limit that hands them on is a {@code timeout}
   * in the chain, and should be shorter. A flush gives up after the same time.
   *
   * @param time more than zero
   */
  public PipelineBuilder exportTimeout(Duration time) {
    exportTimeout = Times.positive("exportTimeout", time);
    return this;
  }

  /**
   * How often metrics are collected: every minute, as in the OpenTelemetry specification.
   *
   * @param time more than zero
   */
  public PipelineBuilder metricInterval(Duration time) {
    metricInterval = Times.positive("metricInterval", time);
    return this;
  }

  /**
   * The grace when the SDK shuts the pipeline down, and of {@link Pipeline#close()}: 10 s, which is
   * also what {@code OpenTelemetrySdk.close()} waits.
   *
   * @param grace zero or more
   */
  public PipelineBuilder shutdownGrace(Duration grace) {
    shutdownGrace = Times.notNegative("shutdownGrace", grace);
    return this;
  }

  /**
   * Who takes the metrics of the pipeline about itself: nobody by default. They are {@code
   * otel.sdk.processor.{span,log}.*} and {@code otel.sdk.exporter.*} of the semantic conventions
   * (sdk-metrics). It may be the very SDK that this pipeline serves: the metrics are read when they
   * are collected, so that they don't feed themselves.
   */
  public PipelineBuilder meterProvider(MeterProvider provider) {
    return meterProvider(() -> provider);
  }

  /**
   * As {@link #meterProvider(MeterProvider)}, for one that is not there yet.
   *
   * @param provider is asked when an export begins, until it does not give null; it must not block
   */
  public PipelineBuilder meterProvider(Supplier<? extends @Nullable MeterProvider> provider) {
    meterProvider = provider;
    return this;
  }

  /** For tests. */
  PipelineBuilder nanoTime(LongSupplier clock) {
    nanoTime = clock;
    return this;
  }

  /** For tests. */
  PipelineBuilder threads(Threads other) {
    threads = other;
    return this;
  }

  /**
   * The pipeline, which owns the exporter from now on. It has no threads before it is asked for a
   * processor or a reader.
   *
   * @throws IllegalArgumentException if a batch would be larger than the queue
   */
  public Pipeline build() {
    if (maxBatchSize > maxQueueSize) {
      throw new IllegalArgumentException(
          "maxBatchSize is " + maxBatchSize + ": want no more than maxQueueSize, " + maxQueueSize);
    }
    if (maxBatchBytes > maxQueueBytes) {
      throw new IllegalArgumentException(
          "maxBatchBytes is "
              + maxBatchBytes
              + ": want no more than maxQueueBytes, "
              + maxQueueBytes);
    }
    // Not shared by two pipelines of one builder: each shuts its own down.
    return new Pipeline(exporter, settings(), threads == null ? Threads.daemons() : threads);
  }

  PipelineSettings settings() {
    return new PipelineSettings(
        maxQueueSize,
        maxQueueBytes,
        maxBatchSize,
        maxBatchBytes,
        maxDelay,
        maxInFlight,
        overflow,
        exportTimeout,
        metricInterval,
        shutdownGrace,
        meterProvider,
        nanoTime);
  }

  private static long atLeastOne(String setting, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(setting + " is " + value + ": want 1 or more");
    }
    return value;
  }
}
