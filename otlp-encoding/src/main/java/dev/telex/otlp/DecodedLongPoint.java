/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import java.util.List;

/** A point that was read, with exemplars, which the SDK's public factory does not take. */
record DecodedLongPoint(
    long getStartEpochNanos,
    long getEpochNanos,
    Attributes getAttributes,
    long getValue,
    List<LongExemplarData> getExemplars)
    implements LongPointData {}
