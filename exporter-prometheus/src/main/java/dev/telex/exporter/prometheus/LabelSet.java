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
 * Labels while they are gathered. Of several attributes whose keys become one name the values are
 * joined with {@code ;} in the order of the keys (OpenTelemetry specification,
 * compatibility/prometheus_and_openmetrics, "Metric Attributes").
 */
final class LabelSet {

  private String[] names = new String[8];
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
  void add(String name, String key, String value) {
    int known = indexOf(name);
    if (known < 0) {
      append(name, key, value);
      return;
    }
    Map<String, String> all = joined.computeIfAbsent(name, unused -> new TreeMap<>());
    all.put(keys[known], all.getOrDefault(keys[known], values[known]));
    all.put(key, value);
    values[known] = String.join(";", all.values());
  }

  /** Adds one whose name nobody else may have. */
  void put(String name, String value) {
    int known = indexOf(name);
    if (known < 0) {
      append(name, name, value);
    } else {
      values[known] = value;
    }
  }

  boolean has(String name) {
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

  private int indexOf(String name) {
    for (int i = 0; i < size; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private void append(String name, String key, String value) {
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
      keys = Arrays.copyOf(keys, 2 * size);
    }
    names[size] = name;
    values[size] = value;
    keys[size] = key;
    size++;
  }
}
