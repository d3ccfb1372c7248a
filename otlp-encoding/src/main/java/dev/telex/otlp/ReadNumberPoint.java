/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a {@code NumberDataPoint}. */
final class ReadNumberPoint extends ReadPoint {

  private @Nullable Long asInt;
  private @Nullable Double asDouble;

  ReadNumberPoint(JsonIn in) {
    super(in);
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "asInt" -> asInt = in.signed64();
      case "asDouble" -> asDouble = in.fraction();
      default -> {
        return super.field(name);
      }
    }
    return true;
  }

  /** A long or a double point. */
  PointData build() throws MalformedOtlpException {
    requireValue();
    if ((asInt == null) == (asDouble == null)) {
      throw in.malformed("has no value, or two: want one of asInt and asDouble");
    }
    if (asDouble != null) {
      return DoublePointData.create(start, time, attributes, asDouble, doubleExemplars());
    }
    List<LongExemplarData> longs = new ArrayList<>(exemplars.size());
    for (ReadExemplar exemplar : exemplars) {
      longs.add(exemplar.ofLong());
    }
    return new DecodedLongPoint(
        start, time, attributes, asInt == null ? 0 : asInt, List.copyOf(longs));
  }
}
