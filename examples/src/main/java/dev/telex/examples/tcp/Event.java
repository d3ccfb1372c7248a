/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import java.util.SortedMap;

/** What a server sends: what a metric is, once, and then its values. */
sealed interface Event {

  /** The name of the metric. */
  String name();

  /**
   * What a metric is. It comes before its first value.
   *
   * @param unit empty if it has none
   */
  record Metadata(String name, boolean counter, String unit) implements Event {}

  /**
   * A value of a metric.
   *
   * @param labels which of its series it belongs to
   * @param epochNanos when it was measured
   */
  record Value(
      String name,
      SortedMap<String, String> labels,
      long epochNanos,
      Operation operation,
      double value)
      implements Event {}

  /** What is to be done with a value. */
  enum Operation {
    INCREMENT_COUNTER,
    SET_COUNTER,
    INCREMENT_GAUGE,
    DECREMENT_GAUGE,
    SET_GAUGE,
    RECORD_HISTOGRAM;

    boolean isOfCounter() {
      return this == INCREMENT_COUNTER || this == SET_COUNTER;
    }
  }
}
