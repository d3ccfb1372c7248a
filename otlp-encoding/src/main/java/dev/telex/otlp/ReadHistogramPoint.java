/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a {@code HistogramDataPoint}. */
final class ReadHistogramPoint extends ReadPoint {

  private long count;
  private double sum = Double.NaN;
  private @Nullable Double min;
  private @Nullable Double max;
  private List<Long> counts = List.of();
  private List<Double> bounds = List.of();

  ReadHistogramPoint(JsonIn in) {
    super(in);
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "count" -> count = in.unsigned64();
      case "sum" -> sum = in.fraction();
      case "min" -> min = in.fraction();
      case "max" -> max = in.fraction();
      case "bucketCounts" -> counts = in.list(in::unsigned64);
      case "explicitBounds" -> bounds = in.list(in::fraction);
      default -> {
        return super.field(name);
      }
    }
    return true;
  }

  HistogramPointData build() throws MalformedOtlpException {
    requireValue();
    if (counts.size() != bounds.size() + 1 && !(counts.isEmpty() && bounds.isEmpty())) {
      throw in.malformed(
          "has "
              + counts.size()
              + " bucketCounts and "
              + bounds.size()
              + " explicitBounds: want one count more, or none of both");
    }
    return new DecodedHistogramPoint(
        start,
        time,
        attributes,
        sum,
        count,
        min != null,
        min == null ? 0 : min,
        max != null,
        max == null ? 0 : max,
        List.copyOf(bounds),
        List.copyOf(counts),
        doubleExemplars());
  }
}
