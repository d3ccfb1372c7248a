/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;

/** Metrics for tests. */
final class Metrics {

  static final long SECOND = 1_000_000_000L;
  static final Resource RESOURCE =
      Resource.create(Attributes.builder().put("service.name", "shop").build());
  static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("tests");

  private Metrics() {}

  static MetricData counter(String name, String unit, Attributes attributes, long value) {
    return metric(
        name,
        unit,
        MetricDataType.LONG_SUM,
        SumData.createLongSumData(
            true,
            AggregationTemporality.CUMULATIVE,
            List.of(LongPointData.create(SECOND, 2 * SECOND, attributes, value))));
  }

  static MetricData deltaCounter(String name) {
    return metric(
        name,
        "",
        MetricDataType.LONG_SUM,
        SumData.createLongSumData(
            true,
            AggregationTemporality.DELTA,
            List.of(LongPointData.create(SECOND, 2 * SECOND, Attributes.empty(), 1))));
  }

  static MetricData gauge(String name, String unit, Attributes attributes, double value) {
    return gauge(name, unit, attributes, value, 2 * SECOND);
  }

  static MetricData gauge(
      String name, String unit, Attributes attributes, double value, long nanos) {
    return metric(
        name,
        unit,
        MetricDataType.DOUBLE_GAUGE,
        GaugeData.createDoubleGaugeData(
            List.of(DoublePointData.create(SECOND, nanos, attributes, value, List.of()))));
  }

  static MetricData metric(String name, String unit, MetricDataType type, Data<?> data) {
    return metric(RESOURCE, SCOPE, name, unit, type, data);
  }

  static MetricData metric(
      Resource resource,
      InstrumentationScopeInfo scope,
      String name,
      String unit,
      MetricDataType type,
      Data<?> data) {
    return new StoredMetric(resource, scope, name, "About " + name, unit, type, data);
  }

  static ExportResult push(PrometheusExporter exporter, MetricData... metrics) {
    return exporter
        .export(Batch.metrics(List.of(metrics)), ExportContext.none())
        .toCompletableFuture()
        .join();
  }

  static PrometheusExporterBuilder serverless() {
    return PrometheusExporter.builder().withoutServer();
  }
}
