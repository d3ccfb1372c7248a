/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labels while they are gathered. Of several attributes whose keys become one classic name the
 * values are joined with {@code ;} in the order of the keys (OpenTelemetry specification,
 * compatibility/prometheus_and_openmetrics, "Metric Attributes"). So it is with names of any
 * characters as well, which the client library takes for one if their classic forms are one.
 */
final class LabelSet {

  private String[] names = new String[8];
  private String[] classic = new String[8];
  private String[] values = new String[8];
  private String[] keys = new String[8];
  private int size;

  /** The values by the original keys, of names that came twice. */
  private final Map<String, Map<String, String>> joined = new TreeMap<>();

  void clear() {
    size = 0;
    if (!joined.isEmpty()) {
      joined.clear();
    }
  }

  /** Adds one, or joins it to that of its name. */
  void add(LabelName name, String key, String value) {
    int known = indexOf(name);
    if (known < 0) {
      append(name, key, value);
      return;
    }
    Map<String, String> all = joined.computeIfAbsent(name.classic(), unused -> new TreeMap<>());
    all.put(keys[known], all.getOrDefault(keys[known], values[known]));
    all.put(key, value);
    values[known] = String.join(";", all.values());
  }

  /** Adds one whose name nobody else may have. */
  void put(LabelName name, String value) {
    int known = indexOf(name);
    if (known < 0) {
      append(name, name.shown(), value);
    } else {
      names[known] = name.shown();
      values[known] = value;
    }
  }

  boolean has(LabelName name) {
    return indexOf(name) >= 0;
  }

  /** Characters of all names and values, by which exemplars are limited. */
  int length() {
    int length = 0;
    for (int i = 0; i < size; i++) {
      length += names[i].codePointCount(0, names[i].length());
      length += values[i].codePointCount(0, values[i].length());
    }
    return length;
  }

  Labels toLabels() {
    return size == 0
        ? Labels.EMPTY
        : Labels.of(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
  }

  private int indexOf(LabelName name) {
    for (int i = 0; i < size; i++) {
      if (classic[i].equals(name.classic())) {
        return i;
      }
    }
    return -1;
  }

  private void append(LabelName name, String key, String value) {
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      classic = Arrays.copyOf(classic, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
      keys = Arrays.copyOf(keys, 2 * size);
    }
    names[size] = name.shown();
    classic[size] = name.classic();
    values[size] = value;
    keys[size] = key;
    size++;
  }
}
