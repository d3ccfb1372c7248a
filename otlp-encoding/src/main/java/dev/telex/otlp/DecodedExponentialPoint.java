/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import java.util.List;

/** A point that was read, with its own count, which the SDK's public factory works out. */
record DecodedExponentialPoint(
    long getStartEpochNanos,
    long getEpochNanos,
    Attributes getAttributes,
    int getScale,
    double getSum,
    long getCount,
    long getZeroCount,
    boolean hasMin,
    double getMin,
    boolean hasMax,
    double getMax,
    ExponentialHistogramBuckets getPositiveBuckets,
    ExponentialHistogramBuckets getNegativeBuckets,
    List<DoubleExemplarData> getExemplars)
    implements ExponentialHistogramPointData {}
