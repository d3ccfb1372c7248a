/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link PipelineBuilder} was told. */
record PipelineSettings(
    int maxQueueSize,
    long maxQueueBytes,
    int maxBatchSize,
    long maxBatchBytes,
    Duration maxDelay,
    int maxInFlight,
    Overflow overflow,
    Duration exportTimeout,
    Duration metricInterval,
    Duration shutdownGrace,
    Supplier<? extends @Nullable MeterProvider> meterProvider,
    LongSupplier nanoTime) {}
