/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The fields of an {@code Exemplar}. */
final class ReadExemplar implements JsonIn.Fields {

  private final JsonIn in;
  private long time;
  private @Nullable Long asInt;
  private @Nullable Double asDouble;
  private String traceId = TraceId.getInvalid();
  private String spanId = SpanId.getInvalid();
  private Attributes filtered = Attributes.empty();

  ReadExemplar(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "timeUnixNano" -> time = in.unsigned64();
      case "asInt" -> asInt = in.signed64();
      case "asDouble" -> asDouble = in.fraction();
      case "traceId" -> traceId = in.id(ReadContext.TRACE_ID_DIGITS);
      case "spanId" -> spanId = in.id(ReadContext.SPAN_ID_DIGITS);
      case "filteredAttributes" -> filtered = ReadValues.attributes(in);
      default -> {
        return false;
      }
    }
    return true;
  }

  ReadExemplar checked() throws MalformedOtlpException {
    if ((asInt == null) == (asDouble == null)) {
      throw in.malformed("has no value, or two: want one of asInt and asDouble");
    }
    return this;
  }

  DoubleExemplarData ofDouble() {
    double value = asDouble != null ? asDouble : asInt != null ? asInt : 0;
    return DoubleExemplarData.create(filtered, time, context(), value);
  }

  LongExemplarData ofLong() throws MalformedOtlpException {
    if (asInt == null) {
      throw in.malformed("has an exemplar that is a fraction: want asInt, as of the point");
    }
    return LongExemplarData.create(filtered, time, context(), asInt);
  }

  private SpanContext context() {
    return ReadContext.local(
        traceId, spanId, TraceFlags.getDefault().asByte(), TraceState.getDefault());
  }
}
