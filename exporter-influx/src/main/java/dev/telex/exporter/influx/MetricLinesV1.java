/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;

/** {@link InfluxSchema#TELEGRAF_PROMETHEUS_V1}: each point is one line. */
final class MetricLinesV1 extends MetricLines {

  MetricLinesV1(LineOutput out) {
    super(out);
  }

  @Override
  void number(MetricData metric, PointData point, boolean isCounter) {
    begin(metric);
    value(isCounter ? "counter" : "gauge", point);
    end(point);
  }

  @Override
  void histogram(MetricData metric, PointData point, HistogramValues values) {
    begin(metric);
    fields.real("count", values.count());
    fields.real("sum", values.sum());
    fields.real("min", values.min());
    fields.real("max", values.max());
    for (int i = 0; i < values.buckets(); i++) {
      fields.real(values.bound(i), values.cumulative(i));
    }
    end(point);
  }

  @Override
  void summary(MetricData metric, SummaryPointData point) {
    begin(metric);
    fields.real("count", (double) point.getCount());
    fields.real("sum", point.getSum());
    for (ValueAtQuantile at : point.getValues()) {
      fields.real(Bounds.text(at.getQuantile()), at.getValue());
    }
    end(point);
  }

  private void begin(MetricData metric) {
    out.measurement(metric.getName());
    attributes.tags();
    fields.begin();
  }
}
