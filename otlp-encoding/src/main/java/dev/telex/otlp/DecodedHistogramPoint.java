/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.List;

/**
 * A point that was read, with exemplars and possibly without buckets, which the SDK's public
 * factory does not take.
 */
record DecodedHistogramPoint(
    long getStartEpochNanos,
    long getEpochNanos,
    Attributes getAttributes,
    double getSum,
    long getCount,
    boolean hasMin,
    double getMin,
    boolean hasMax,
    double getMax,
    List<Double> getBoundaries,
    List<Long> getCounts,
    List<DoubleExemplarData> getExemplars)
    implements HistogramPointData {}
