/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Data points that stand in one document: they have all in common but their names and values. */
final class MetricGroup {

  /**
   * What makes a document of a time series another one, with the names in it.
   *
   * @param epochMillis the time, no finer than Elasticsearch has it there
   */
  record Series(
      DataStream stream,
      Resource resource,
      InstrumentationScopeInfo scope,
      Attributes attributes,
      String unit,
      long epochMillis) {}

  /** What is in all fields of a document but those of the values. */
  record Key(Series series, long startEpochMillis) {}

  private static final int USUAL_SIZE = 2;

  private final Key key;
  private final int index;
  private final int firstItem;
  private final List<MetricData> metrics = new ArrayList<>(USUAL_SIZE);
  private final List<PointData> points = new ArrayList<>(USUAL_SIZE);

  MetricGroup(Key key, int index, int firstItem) {
    this.key = key;
    this.index = index;
    this.firstItem = firstItem;
  }

  void add(MetricData metric, PointData point) {
    metrics.add(metric);
    points.add(point);
  }

  boolean has(String name) {
    return metrics.stream().anyMatch(metric -> metric.getName().equals(name));
  }

  Series series() {
    return key.series();
  }

  long startEpochMillis() {
    return key.startEpochMillis();
  }

  /** Its index among all documents. */
  int index() {
    return index;
  }

  /** The index of the first point, among all of the batch. */
  int firstItem() {
    return firstItem;
  }

  int size() {
    return points.size();
  }

  MetricData metric(int index) {
    return metrics.get(index);
  }

  PointData point(int index) {
    return points.get(index);
  }

  /**
   * A number for the names in it (FNV-1a, 64 bits, of the sorted names), as a dimension: two
   * documents of one series and time with other metrics would otherwise be the same one to
   * Elasticsearch (elastic/elasticsearch#99123).
   */
  String namesHash() {
    long hash = 0xcbf29ce484222325L;
    String[] names = new String[metrics.size()];
    Arrays.setAll(names, i -> metrics.get(i).getName());
    Arrays.sort(names);
    for (String name : names) {
      for (int i = 0; i < name.length(); i++) {
        hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
      }
      // Where one ends and the next begins.
      hash = (hash ^ 0xffff) * 0x100000001b3L;
    }
    return Long.toHexString(hash);
  }
}
