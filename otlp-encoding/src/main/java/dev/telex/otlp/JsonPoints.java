/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.JsonCommon.ATTRIBUTES;
import static dev.telex.otlp.JsonCommon.SPAN_ID;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.io.IOException;
import java.util.List;

/** Writes the fields of data points. */
final class JsonPoints {

  private static final SerializableString START_TIME = JsonOut.key("startTimeUnixNano");
  private static final SerializableString TIME = JsonOut.key("timeUnixNano");
  private static final SerializableString AS_DOUBLE = JsonOut.key("asDouble");
  private static final SerializableString AS_INT = JsonOut.key("asInt");
  private static final SerializableString COUNT = JsonOut.key("count");
  private static final SerializableString SUM = JsonOut.key("sum");
  private static final SerializableString MIN = JsonOut.key("min");
  private static final SerializableString MAX = JsonOut.key("max");
  private static final SerializableString BUCKET_COUNTS = JsonOut.key("bucketCounts");
  private static final SerializableString EXPLICIT_BOUNDS = JsonOut.key("explicitBounds");
  private static final SerializableString SCALE = JsonOut.key("scale");
  private static final SerializableString ZERO_COUNT = JsonOut.key("zeroCount");
  private static final SerializableString POSITIVE = JsonOut.key("positive");
  private static final SerializableString NEGATIVE = JsonOut.key("negative");
  private static final SerializableString OFFSET = JsonOut.key("offset");
  private static final SerializableString QUANTILE_VALUES = JsonOut.key("quantileValues");
  private static final SerializableString QUANTILE = JsonOut.key("quantile");
  private static final SerializableString VALUE = JsonOut.key("value");
  private static final SerializableString EXEMPLARS = JsonOut.key("exemplars");
  private static final SerializableString FILTERED = JsonOut.key("filteredAttributes");

  private final JsonOut out;
  private final JsonCommon common;

  JsonPoints(JsonOut out, JsonCommon common) {
    this.out = out;
    this.common = common;
  }

  void ofLong(LongPointData point) throws IOException {
    head(point);
    out.signedAlways(AS_INT, point.getValue());
    exemplars(point.getExemplars());
  }

  void ofDouble(DoublePointData point) throws IOException {
    head(point);
    out.fractionAlways(AS_DOUBLE, point.getValue());
    exemplars(point.getExemplars());
  }

  void ofHistogram(HistogramPointData point) throws IOException {
    head(point);
    out.unsigned(COUNT, point.getCount());
    out.fractionAlways(SUM, point.getSum());
    counts(point.getCounts());
    bounds(point.getBoundaries());
    exemplars(point.getExemplars());
    range(point.hasMin(), point.getMin(), point.hasMax(), point.getMax());
  }

  /** The SDK has no zero threshold: its zero bucket holds what is exactly 0. */
  void ofExponentialHistogram(ExponentialHistogramPointData point) throws IOException {
    head(point);
    out.unsigned(COUNT, point.getCount());
    out.fractionAlways(SUM, point.getSum());
    out.number(SCALE, point.getScale());
    out.unsigned(ZERO_COUNT, point.getZeroCount());
    buckets(POSITIVE, point.getPositiveBuckets());
    buckets(NEGATIVE, point.getNegativeBuckets());
    exemplars(point.getExemplars());
    range(point.hasMin(), point.getMin(), point.hasMax(), point.getMax());
  }

  void ofSummary(SummaryPointData point) throws IOException {
    head(point);
    out.unsigned(COUNT, point.getCount());
    out.fraction(SUM, point.getSum());
    List<ValueAtQuantile> values = point.getValues();
    if (!values.isEmpty()) {
      out.beginArray(QUANTILE_VALUES);
      for (ValueAtQuantile value : values) {
        out.begin();
        out.fraction(QUANTILE, value.getQuantile());
        out.fraction(VALUE, value.getValue());
        out.end();
      }
      out.endArray();
    }
  }

  private void head(PointData point) throws IOException {
    common.attributes(ATTRIBUTES, point.getAttributes());
    out.unsigned(START_TIME, point.getStartEpochNanos());
    out.unsigned(TIME, point.getEpochNanos());
  }

  private void range(boolean hasMin, double min, boolean hasMax, double max) throws IOException {
    if (hasMin) {
      out.fractionAlways(MIN, min);
    }
    if (hasMax) {
      out.fractionAlways(MAX, max);
    }
  }

  private void counts(List<Long> counts) throws IOException {
    if (!counts.isEmpty()) {
      out.beginArray(BUCKET_COUNTS);
      for (long count : counts) {
        out.unsignedElement(count);
      }
      out.endArray();
    }
  }

  private void bounds(List<Double> bounds) throws IOException {
    if (!bounds.isEmpty()) {
      out.beginArray(EXPLICIT_BOUNDS);
      for (double bound : bounds) {
        out.fractionElement(bound);
      }
      out.endArray();
    }
  }

  /** Written also if there are none, as OpenTelemetry's exporters do. */
  private void buckets(SerializableString key, ExponentialHistogramBuckets buckets)
      throws IOException {
    out.begin(key);
    out.number(OFFSET, buckets.getOffset());
    counts(buckets.getBucketCounts());
    out.end();
  }

  private void exemplars(List<? extends ExemplarData> exemplars) throws IOException {
    if (exemplars.isEmpty()) {
      return;
    }
    out.beginArray(EXEMPLARS);
    for (ExemplarData exemplar : exemplars) {
      out.begin();
      out.unsigned(TIME, exemplar.getEpochNanos());
      if (exemplar instanceof DoubleExemplarData number) {
        out.fractionAlways(AS_DOUBLE, number.getValue());
      } else if (exemplar instanceof LongExemplarData number) {
        out.signedAlways(AS_INT, number.getValue());
      }
      SpanContext context = exemplar.getSpanContext();
      if (SpanId.isValid(context.getSpanId())) {
        common.spanId(SPAN_ID, context.getSpanId());
      }
      if (TraceId.isValid(context.getTraceId())) {
        common.traceId(context.getTraceId());
      }
      common.attributes(FILTERED, exemplar.getFilteredAttributes());
      out.end();
    }
    out.endArray();
  }
}
