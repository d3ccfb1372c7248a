/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of an {@code ExponentialHistogramDataPoint}. */
final class ReadExponentialPoint extends ReadPoint {

  private long count;
  private double sum = Double.NaN;
  private int scale;
  private long zeroCount;
  private @Nullable Double min;
  private @Nullable Double max;
  private final Buckets positive = new Buckets();
  private final Buckets negative = new Buckets();

  ReadExponentialPoint(JsonIn in) {
    super(in);
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "count" -> count = in.unsigned64();
      case "sum" -> sum = in.fraction();
      case "scale" -> scale = in.signed32();
      case "zeroCount" -> zeroCount = in.unsigned64();
      case "min" -> min = in.fraction();
      case "max" -> max = in.fraction();
      case "positive" -> in.object(positive);
      case "negative" -> in.object(negative);
      default -> {
        return super.field(name);
      }
    }
    return true;
  }

  ExponentialHistogramPointData build() throws MalformedOtlpException {
    requireValue();
    return new DecodedExponentialPoint(
        start,
        time,
        attributes,
        scale,
        sum,
        count,
        zeroCount,
        min != null,
        min == null ? 0 : min,
        max != null,
        max == null ? 0 : max,
        positive.build(),
        negative.build(),
        doubleExemplars());
  }

  private final class Buckets implements JsonIn.Fields {
    private int offset;
    private List<Long> counts = List.of();

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "offset" -> offset = in.signed32();
        case "bucketCounts" -> counts = in.list(in::unsigned64);
        default -> {
          return false;
        }
      }
      return true;
    }

    ExponentialHistogramBuckets build() {
      return ExponentialHistogramBuckets.create(scale, offset, List.copyOf(counts));
    }
  }
}
