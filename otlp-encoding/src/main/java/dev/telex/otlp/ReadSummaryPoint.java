/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.io.IOException;
import java.util.List;

/** The fields of a {@code SummaryDataPoint}. */
final class ReadSummaryPoint extends ReadPoint {

  private long count;
  private double sum;
  private List<ValueAtQuantile> values = List.of();

  ReadSummaryPoint(JsonIn in) {
    super(in);
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "count" -> count = in.unsigned64();
      case "sum" -> sum = in.fraction();
      case "quantileValues" -> values = in.list(() -> in.read(new AtQuantile()).build());
      default -> {
        return super.field(name);
      }
    }
    return true;
  }

  SummaryPointData build() throws MalformedOtlpException {
    requireValue();
    return SummaryPointData.create(start, time, attributes, count, sum, values);
  }

  private final class AtQuantile implements JsonIn.Fields {
    private double quantile;
    private double value;

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "quantile" -> quantile = in.fraction();
        case "value" -> value = in.fraction();
        default -> {
          return false;
        }
      }
      return true;
    }

    ValueAtQuantile build() {
      return ValueAtQuantile.create(quantile, value);
    }
  }
}
