/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;

/** {@link InfluxSchema#TELEGRAF_PROMETHEUS_V2}: a line for each bucket and quantile. */
final class MetricLinesV2 extends MetricLines {

  private int begin;
  private int endOfTags;
  private int names;

  MetricLinesV2(LineOutput out) {
    super(out);
  }

  @Override
  void number(MetricData metric, PointData point, boolean isCounter) {
    first();
    value(metric.getName(), point);
    end(point);
  }

  @Override
  void histogram(MetricData metric, PointData point, HistogramValues values) {
    String name = metric.getName();
    first();
    fields.real(name + "_count", values.count());
    fields.real(name + "_sum", values.sum());
    fields.real(name + "_min", values.min());
    fields.real(name + "_max", values.max());
    end(point);
    String bucket = name + "_bucket";
    for (int i = 0; i < values.buckets(); i++) {
      next("le", values.bound(i));
      fields.real(bucket, values.cumulative(i));
      fields.end(point.getEpochNanos());
    }
  }

  @Override
  void summary(MetricData metric, SummaryPointData point) {
    String name = metric.getName();
    first();
    fields.real(name + "_count", (double) point.getCount());
    fields.real(name + "_sum", point.getSum());
    end(point);
    for (ValueAtQuantile at : point.getValues()) {
      if (isFinite(at)) {
        next("quantile", Bounds.text(at.getQuantile()));
        fields.real(name, at.getValue());
        fields.end(point.getEpochNanos());
      }
    }
  }

  private void first() {
    begin = out.size();
    out.measurement("prometheus");
    attributes.tags();
    endOfTags = out.size();
    names = out.names();
    fields.begin();
  }

  /** Begins another line of the same tags and one more. */
  private void next(String key, String value) {
    out.repeat(begin, endOfTags);
    out.names(names);
    // A tag must not come twice, and without the bound a bucket is none.
    String free = key;
    while (attributes.isTag(free)) {
      free += "_";
    }
    out.tag(free, value);
    fields.begin();
  }
}
