/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import dev.telex.examples.tcp.Event.Metadata;
import dev.telex.examples.tcp.Event.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The latest value of each series, and how fast those of counters grow. Safe for use by several
 * threads.
 */
final class MetricTable {

  private static final int MAX_SERIES = 10_000;
  private static final double NANOS_A_SECOND = 1e9;
  private static final String ROW = "%-40.40s %-20.20s %14s %10s  %s";

  private final Map<String, Metadata> described = new HashMap<>();
  private final Map<String, Series> rows = new TreeMap<>();

  private static final class Series {
    private final String name;
    private final String labels;
    private final boolean counter;
    private double value;
    private double rate = Double.NaN;
    private long epochNanos;

    Series(String name, String labels, boolean counter) {
      this.name = name;
      this.labels = labels;
      this.counter = counter;
    }
  }

  synchronized void take(Event event) {
    if (event instanceof Metadata metadata && described.size() < MAX_SERIES) {
      described.put(metadata.name(), metadata);
    } else if (event instanceof Value value) {
      take(value);
    }
  }

  private void take(Value event) {
    String labels = shown(event.labels());
    String key = event.name() + " " + event.labels();
    Series series = rows.get(key);
    boolean first = series == null;
    if (series == null) {
      if (rows.size() == MAX_SERIES) {
        return;
      }
      series = new Series(event.name(), labels, event.operation().isOfCounter());
      rows.put(key, series);
    }
    double before = series.value;
    series.value =
        switch (event.operation()) {
          case INCREMENT_COUNTER, INCREMENT_GAUGE -> before + event.value();
          case DECREMENT_GAUGE -> before - event.value();
          case SET_COUNTER, SET_GAUGE, RECORD_HISTOGRAM -> event.value();
        };
    double seconds = (event.epochNanos() - series.epochNanos) / NANOS_A_SECOND;
    if (series.counter && !first && seconds > 0) {
      // A counter that is smaller than it was has begun anew.
      double more = series.value >= before ? series.value - before : series.value;
      series.rate = more / seconds;
    }
    series.epochNanos = event.epochNanos();
  }

  /** A heading and a line for each series, as many as fit. */
  synchronized List<String> lines(int most) {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, ROW, "metric", "labels", "value", "a second", "unit"));
    for (Series series : rows.values()) {
      if (lines.size() == most) {
        lines.add("… " + (rows.size() + 1 - most) + " more");
        break;
      }
      Metadata metadata = described.get(series.name);
      lines.add(
          String.format(
              Locale.ROOT,
              ROW,
              printable(series.name),
              printable(series.labels),
              number(series.value),
              Double.isNaN(series.rate) ? "" : number(series.rate),
              metadata == null ? "" : printable(metadata.unit())));
    }
    return lines;
  }

  /** Those of the point; which program and which library it is from is the same in most lines. */
  private static String shown(Map<String, String> labels) {
    StringJoiner text = new StringJoiner(", ");
    labels.forEach(
        (key, value) -> {
          if (!key.startsWith("service.") && !key.startsWith("otel.scope.")) {
            text.add(key + "=" + value);
          }
        });
    return text.toString();
  }

  private static String number(double value) {
    boolean whole = Math.rint(value) == value && Math.abs(value) < 1e15;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%,.3f", value);
  }

  /** A terminal obeys control characters, and these come from elsewhere. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cc}", "?");
  }
}
