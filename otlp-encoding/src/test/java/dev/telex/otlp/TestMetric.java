/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;

/** A metric; the SDK has no public factory for one. */
record TestMetric(
    Resource getResource,
    InstrumentationScopeInfo getInstrumentationScopeInfo,
    String getName,
    String getDescription,
    String getUnit,
    MetricDataType getType,
    Data<?> getData)
    implements MetricData {

  /** A point with exemplars, which the SDK's public factory does not take. */
  record LongPoint(
      long getStartEpochNanos,
      long getEpochNanos,
      Attributes getAttributes,
      long getValue,
      List<LongExemplarData> getExemplars)
      implements LongPointData {}

  /** A point with exemplars, which the SDK's public factory does not take. */
  record HistogramPoint(HistogramPointData plain, List<DoubleExemplarData> getExemplars)
      implements HistogramPointData {

    @Override
    public long getStartEpochNanos() {
      return plain.getStartEpochNanos();
    }

    @Override
    public long getEpochNanos() {
      return plain.getEpochNanos();
    }

    @Override
    public Attributes getAttributes() {
      return plain.getAttributes();
    }

    @Override
    public double getSum() {
      return plain.getSum();
    }

    @Override
    public long getCount() {
      return plain.getCount();
    }

    @Override
    public boolean hasMin() {
      return plain.hasMin();
    }

    @Override
    public double getMin() {
      return plain.getMin();
    }

    @Override
    public boolean hasMax() {
      return plain.hasMax();
    }

    @Override
    public double getMax() {
      return plain.getMax();
    }

    @Override
    public List<Double> getBoundaries() {
      return plain.getBoundaries();
    }

    @Override
    public List<Long> getCounts() {
      return plain.getCounts();
    }
  }
}
