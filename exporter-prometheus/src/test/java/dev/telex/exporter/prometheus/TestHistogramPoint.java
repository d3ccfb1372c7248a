/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.List;

/** One with exemplars, and with whatever else, for which there is no public factory. */
record TestHistogramPoint(
    long startNanos,
    long nanos,
    Attributes attributes,
    double sum,
    List<Double> boundaries,
    List<Long> counts,
    List<DoubleExemplarData> exemplars)
    implements HistogramPointData {

  @Override
  public double getSum() {
    return sum;
  }

  @Override
  public long getCount() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public boolean hasMin() {
    return false;
  }

  @Override
  public double getMin() {
    return 0;
  }

  @Override
  public boolean hasMax() {
    return false;
  }

  @Override
  public double getMax() {
    return 0;
  }

  @Override
  public List<Double> getBoundaries() {
    return boundaries;
  }

  @Override
  public List<Long> getCounts() {
    return counts;
  }

  @Override
  public long getStartEpochNanos() {
    return startNanos;
  }

  @Override
  public long getEpochNanos() {
    return nanos;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public List<DoubleExemplarData> getExemplars() {
    return exemplars;
  }
}
