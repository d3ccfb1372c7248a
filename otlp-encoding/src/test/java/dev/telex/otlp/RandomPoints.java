/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.util.ArrayList;
import java.util.List;

/** Data points of every kind. */
final class RandomPoints {

  private final RandomSource random;
  private final RandomAttributes attributes;
  private final RandomContexts contexts;

  RandomPoints(RandomSource random, RandomAttributes attributes, RandomContexts contexts) {
    this.random = random;
    this.attributes = attributes;
    this.contexts = contexts;
  }

  LongPointData ofLong() {
    return new TestMetric.LongPoint(
        random.number(),
        random.number(),
        attributes.any(),
        random.number(),
        random.list(3, this::longExemplar));
  }

  DoublePointData ofDouble() {
    return DoublePointData.create(
        random.number(), random.number(), attributes.any(), random.fraction(), exemplars());
  }

  HistogramPointData ofHistogram() {
    List<Double> boundaries = new ArrayList<>();
    double boundary = -3;
    for (int i = random.below(6); i > 0; i--) {
      boundaries.add(boundary);
      boundary += random.below(1000) + 0.25;
    }
    HistogramPointData point =
        HistogramPointData.create(
            random.number(),
            random.number(),
            attributes.any(),
            random.fraction(),
            random.flip(),
            random.fraction(),
            random.flip(),
            random.fraction(),
            boundaries,
            random.listOf(boundaries.size() + 1, random::count));
    return new TestMetric.HistogramPoint(point, exemplars());
  }

  ExponentialHistogramPointData ofExponentialHistogram() {
    int scale = random.below(31) - 10;
    return ExponentialHistogramPointData.create(
        scale,
        random.fraction(),
        random.count(),
        random.flip(),
        random.fraction(),
        random.flip(),
        random.fraction(),
        buckets(scale),
        buckets(scale),
        random.number(),
        random.number(),
        attributes.any(),
        exemplars());
  }

  SummaryPointData ofSummary() {
    return SummaryPointData.create(
        random.number(),
        random.number(),
        attributes.any(),
        random.count(),
        random.fraction(),
        random.list(4, () -> ValueAtQuantile.create(random.fraction(), random.fraction())));
  }

  private ExponentialHistogramBuckets buckets(int scale) {
    return ExponentialHistogramBuckets.create(
        scale, (int) random.number(), random.list(40, random::count));
  }

  private List<DoubleExemplarData> exemplars() {
    return random.list(3, this::doubleExemplar);
  }

  private DoubleExemplarData doubleExemplar() {
    return DoubleExemplarData.create(
        filtered(), random.number(), exemplarContext(), random.fraction());
  }

  private LongExemplarData longExemplar() {
    return LongExemplarData.create(filtered(), random.number(), exemplarContext(), random.number());
  }

  private Attributes filtered() {
    return attributes.of(random.below(3));
  }

  private SpanContext exemplarContext() {
    return contexts.validOrNone();
  }
}
