/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;
import static dev.telex.otlp.ProtoBuffer.FIXED64;
import static dev.telex.otlp.ProtoBuffer.VARINT;

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
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.util.List;

/**
 * Writes the fields of data points, without the header of the point. The kinds number their fields
 * differently.
 */
final class PointWriter {

  /** Of all kinds. */
  private static final int START_TIME = 2 << 3 | FIXED64;

  private static final int TIME = 3 << 3 | FIXED64;

  private static final int NUMBER_AS_DOUBLE = 4 << 3 | FIXED64;
  private static final int NUMBER_EXEMPLARS = 5 << 3 | BYTES;
  private static final int NUMBER_AS_INT = 6 << 3 | FIXED64;
  private static final int NUMBER_ATTRIBUTES = 7 << 3 | BYTES;

  private static final int HISTOGRAM_COUNT = 4 << 3 | FIXED64;
  private static final int HISTOGRAM_SUM = 5 << 3 | FIXED64;
  private static final int HISTOGRAM_BUCKET_COUNTS = 6 << 3 | BYTES;
  private static final int HISTOGRAM_EXPLICIT_BOUNDS = 7 << 3 | BYTES;
  private static final int HISTOGRAM_EXEMPLARS = 8 << 3 | BYTES;
  private static final int HISTOGRAM_ATTRIBUTES = 9 << 3 | BYTES;
  private static final int HISTOGRAM_MIN = 11 << 3 | FIXED64;
  private static final int HISTOGRAM_MAX = 12 << 3 | FIXED64;

  private static final int EXPONENTIAL_ATTRIBUTES = 1 << 3 | BYTES;
  private static final int EXPONENTIAL_COUNT = 4 << 3 | FIXED64;
  private static final int EXPONENTIAL_SUM = 5 << 3 | FIXED64;
  private static final int EXPONENTIAL_SCALE = 6 << 3 | VARINT;
  private static final int EXPONENTIAL_ZERO_COUNT = 7 << 3 | FIXED64;
  private static final int EXPONENTIAL_POSITIVE = 8 << 3 | BYTES;
  private static final int EXPONENTIAL_NEGATIVE = 9 << 3 | BYTES;
  private static final int EXPONENTIAL_EXEMPLARS = 11 << 3 | BYTES;
  private static final int EXPONENTIAL_MIN = 12 << 3 | FIXED64;
  private static final int EXPONENTIAL_MAX = 13 << 3 | FIXED64;

  private static final int BUCKETS_OFFSET = 1 << 3 | VARINT;
  private static final int BUCKETS_COUNTS = 2 << 3 | BYTES;

  private static final int SUMMARY_COUNT = 4 << 3 | FIXED64;
  private static final int SUMMARY_SUM = 5 << 3 | FIXED64;
  private static final int SUMMARY_QUANTILES = 6 << 3 | BYTES;
  private static final int SUMMARY_ATTRIBUTES = 7 << 3 | BYTES;

  private static final int QUANTILE = 1 << 3 | FIXED64;
  private static final int QUANTILE_VALUE = 2 << 3 | FIXED64;

  private static final int EXEMPLAR_TIME = 2 << 3 | FIXED64;
  private static final int EXEMPLAR_AS_DOUBLE = 3 << 3 | FIXED64;
  private static final int EXEMPLAR_SPAN_ID = 4 << 3 | BYTES;
  private static final int EXEMPLAR_TRACE_ID = 5 << 3 | BYTES;
  private static final int EXEMPLAR_AS_INT = 6 << 3 | FIXED64;
  private static final int EXEMPLAR_ATTRIBUTES = 7 << 3 | BYTES;

  private final ProtoBuffer out;
  private final CommonWriter common;

  PointWriter(ProtoBuffer out, CommonWriter common) {
    this.out = out;
    this.common = common;
  }

  void ofLong(LongPointData point) {
    common.attributes(NUMBER_ATTRIBUTES, point.getAttributes());
    out.fixed64Always(NUMBER_AS_INT, point.getValue());
    exemplars(NUMBER_EXEMPLARS, point.getExemplars());
    out.fixed64(TIME, point.getEpochNanos());
    out.fixed64(START_TIME, point.getStartEpochNanos());
  }

  void ofDouble(DoublePointData point) {
    common.attributes(NUMBER_ATTRIBUTES, point.getAttributes());
    exemplars(NUMBER_EXEMPLARS, point.getExemplars());
    out.fixed64Always(NUMBER_AS_DOUBLE, point.getValue());
    out.fixed64(TIME, point.getEpochNanos());
    out.fixed64(START_TIME, point.getStartEpochNanos());
  }

  void ofHistogram(HistogramPointData point) {
    if (point.hasMax()) {
      out.fixed64Always(HISTOGRAM_MAX, point.getMax());
    }
    if (point.hasMin()) {
      out.fixed64Always(HISTOGRAM_MIN, point.getMin());
    }
    common.attributes(HISTOGRAM_ATTRIBUTES, point.getAttributes());
    exemplars(HISTOGRAM_EXEMPLARS, point.getExemplars());
    bounds(point.getBoundaries());
    counts(point.getCounts());
    out.fixed64Always(HISTOGRAM_SUM, point.getSum());
    out.fixed64(HISTOGRAM_COUNT, point.getCount());
    out.fixed64(TIME, point.getEpochNanos());
    out.fixed64(START_TIME, point.getStartEpochNanos());
  }

  /** The SDK has no zero threshold: its zero bucket holds what is exactly 0. */
  void ofExponentialHistogram(ExponentialHistogramPointData point) {
    if (point.hasMax()) {
      out.fixed64Always(EXPONENTIAL_MAX, point.getMax());
    }
    if (point.hasMin()) {
      out.fixed64Always(EXPONENTIAL_MIN, point.getMin());
    }
    exemplars(EXPONENTIAL_EXEMPLARS, point.getExemplars());
    buckets(EXPONENTIAL_NEGATIVE, point.getNegativeBuckets());
    buckets(EXPONENTIAL_POSITIVE, point.getPositiveBuckets());
    out.fixed64(EXPONENTIAL_ZERO_COUNT, point.getZeroCount());
    out.zigzag(EXPONENTIAL_SCALE, point.getScale());
    out.fixed64Always(EXPONENTIAL_SUM, point.getSum());
    out.fixed64(EXPONENTIAL_COUNT, point.getCount());
    out.fixed64(TIME, point.getEpochNanos());
    out.fixed64(START_TIME, point.getStartEpochNanos());
    common.attributes(EXPONENTIAL_ATTRIBUTES, point.getAttributes());
  }

  void ofSummary(SummaryPointData point) {
    common.attributes(SUMMARY_ATTRIBUTES, point.getAttributes());
    List<ValueAtQuantile> values = point.getValues();
    for (int i = values.size() - 1; i >= 0; i--) {
      int end = out.size();
      ValueAtQuantile value = values.get(i);
      out.fixed64(QUANTILE_VALUE, value.getValue());
      out.fixed64(QUANTILE, value.getQuantile());
      out.message(SUMMARY_QUANTILES, end);
    }
    out.fixed64(SUMMARY_SUM, point.getSum());
    out.fixed64(SUMMARY_COUNT, point.getCount());
    out.fixed64(TIME, point.getEpochNanos());
    out.fixed64(START_TIME, point.getStartEpochNanos());
  }

  private void counts(List<Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    int end = out.size();
    for (int i = counts.size() - 1; i >= 0; i--) {
      out.fixed64Element((long) counts.get(i));
    }
    out.message(HISTOGRAM_BUCKET_COUNTS, end);
  }

  private void bounds(List<Double> bounds) {
    if (bounds.isEmpty()) {
      return;
    }
    int end = out.size();
    for (int i = bounds.size() - 1; i >= 0; i--) {
      out.fixed64Element((double) bounds.get(i));
    }
    out.message(HISTOGRAM_EXPLICIT_BOUNDS, end);
  }

  /** Written also if there are none, as OpenTelemetry's exporters do. */
  private void buckets(int tag, ExponentialHistogramBuckets buckets) {
    int end = out.size();
    List<Long> counts = buckets.getBucketCounts();
    if (!counts.isEmpty()) {
      int countsEnd = out.size();
      for (int i = counts.size() - 1; i >= 0; i--) {
        out.varintElement(counts.get(i));
      }
      out.message(BUCKETS_COUNTS, countsEnd);
    }
    out.zigzag(BUCKETS_OFFSET, buckets.getOffset());
    out.message(tag, end);
  }

  private void exemplars(int tag, List<? extends ExemplarData> exemplars) {
    for (int i = exemplars.size() - 1; i >= 0; i--) {
      int end = out.size();
      exemplar(exemplars.get(i));
      out.message(tag, end);
    }
  }

  private void exemplar(ExemplarData exemplar) {
    common.attributes(EXEMPLAR_ATTRIBUTES, exemplar.getFilteredAttributes());
    if (exemplar instanceof LongExemplarData number) {
      out.fixed64Always(EXEMPLAR_AS_INT, number.getValue());
    }
    SpanContext context = exemplar.getSpanContext();
    if (TraceId.isValid(context.getTraceId())) {
      common.traceId(EXEMPLAR_TRACE_ID, context.getTraceId());
    }
    if (SpanId.isValid(context.getSpanId())) {
      common.spanId(EXEMPLAR_SPAN_ID, context.getSpanId());
    }
    if (exemplar instanceof DoubleExemplarData number) {
      out.fixed64Always(EXEMPLAR_AS_DOUBLE, number.getValue());
    }
    out.fixed64(EXEMPLAR_TIME, exemplar.getEpochNanos());
  }
}
