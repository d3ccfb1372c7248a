/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;

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
    LongSupplier nanoTime) {}
