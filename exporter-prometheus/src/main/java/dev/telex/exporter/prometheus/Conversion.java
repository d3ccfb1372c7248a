/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.List;
import java.util.Map;

/**
 * Metrics as families.
 *
 * @param families in the order of their names
 * @param series how many there are in all families
 * @param dropped how many data points are not among them, by the reason
 */
record Conversion(List<Family> families, int series, Map<String, Integer> dropped) {

  int droppedPoints() {
    return dropped.values().stream().mapToInt(Integer::intValue).sum();
  }
}
