/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The fields that data points of all kinds have. */
abstract class ReadPoint implements JsonIn.Fields {

  /** {@code DataPointFlags}: the point is only the mark of a gap. */
  private static final int NO_RECORDED_VALUE = 1;

  final JsonIn in;
  Attributes attributes = Attributes.empty();
  long start;
  long time;
  List<ReadExemplar> exemplars = List.of();
  private boolean withoutValue;

  ReadPoint(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "attributes" -> attributes = ReadValues.attributes(in);
      case "startTimeUnixNano" -> start = in.unsigned64();
      case "timeUnixNano" -> time = in.unsigned64();
      case "exemplars" -> exemplars = in.list(() -> in.read(new ReadExemplar(in)).checked());
      case "flags" -> withoutValue = (in.unsigned32() & NO_RECORDED_VALUE) != 0;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** To be called first by all that build a point. */
  void requireValue() throws MalformedOtlpException {
    if (withoutValue) {
      throw in.malformed("has no recorded value, by its flags: the SDK has no such data point");
    }
  }

  List<DoubleExemplarData> doubleExemplars() {
    List<DoubleExemplarData> all = new ArrayList<>(exemplars.size());
    exemplars.forEach(exemplar -> all.add(exemplar.ofDouble()));
    return List.copyOf(all);
  }
}
