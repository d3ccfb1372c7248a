/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import java.util.ArrayList;
import java.util.List;

/** Metrics for tests. */
final class Metrics {

  static final long NANOS = 1_700_000_000_000_000_123L;

  private Metrics() {}

  static TestMetricData.Builder metric(String name) {
    return TestMetricData.builder()
        .setResource(Resource.empty())
        .setInstrumentationScopeInfo(InstrumentationScopeInfo.empty())
        .setName(name)
        .setDescription("")
        .setUnit("");
  }

  static MetricData counter(String name, long... values) {
    List<LongPointData> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(
          LongPointData.create(
              1, NANOS, Attributes.of(AttributeKey.longKey("n"), (long) i), values[i]));
    }
    return metric(name)
        .setLongSumData(SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, points))
        .build();
  }

  /** One counter of each name, all with one value. */
  static Batch batch(long value, String... names) {
    List<MetricData> metrics = new ArrayList<>();
    for (String name : names) {
      metrics.add(counter(name, value));
    }
    return Batch.metrics(metrics);
  }

  /** How {@link EventProto} shows the first point of a counter. */
  static String shown(String name, long value) {
    return name + "{n=0}@1700000000.123 set_counter=" + value;
  }
}
