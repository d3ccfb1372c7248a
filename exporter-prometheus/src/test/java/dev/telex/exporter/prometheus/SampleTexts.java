/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.prometheus.MetricFamilies.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was read from a format, one text for each sample, so that the formats can be compared.
 * Counters lose their {@code _total}, which the formats have in different places; times of creation
 * are not among them.
 */
final class SampleTexts {

  private static final String TOTAL = "_total";

  private SampleTexts() {}

  static Set<String> of(List<StrictParser.Sample> samples) {
    Set<String> texts = new TreeSet<>();
    for (StrictParser.Sample sample : samples) {
      if (!sample.suffix().equals("_created")) {
        boolean counter = sample.type().equals("counter");
        Map<String, String> labels = new TreeMap<>(sample.labels());
        if (sample.suffix().equals("_bucket")) {
          labels.computeIfPresent("le", (name, of) -> number(of.replace("Inf", "Infinity")));
        } else if (sample.type().equals("summary") && sample.suffix().isEmpty()) {
          labels.computeIfPresent("quantile", (name, of) -> number(of));
        }
        add(
            counter ? withoutTotal(sample.family()) : sample.family() + sample.suffix(),
            labels,
            sample.value(),
            texts);
      }
    }
    return texts;
  }

  static Set<String> ofProtobuf(Map<String, Message> families) {
    Set<String> texts = new TreeSet<>();
    families.forEach(
        (name, family) -> {
          assertThat(family.all(4)).as(name).isNotEmpty();
          for (Message metric : family.all(4)) {
            Map<String, String> labels = MetricFamilies.labels(metric);
            switch ((int) family.number(3)) {
              case MetricFamilies.COUNTER ->
                  add(withoutTotal(name), labels, metric.one(3).real(1), texts);
              case MetricFamilies.GAUGE -> add(name, labels, metric.one(2).real(1), texts);
              case MetricFamilies.SUMMARY -> addSummary(name, labels, metric.one(4), texts);
              case MetricFamilies.HISTOGRAM -> addHistogram(name, labels, metric.one(7), texts);
              default -> throw new AssertionError("type " + family.number(3) + " of " + name);
            }
          }
        });
    return texts;
  }

  private static void addSummary(
      String name, Map<String, String> labels, Message summary, Set<String> texts) {
    if (summary.has(1)) {
      add(name + "_count", labels, (double) summary.number(1), texts);
    }
    if (summary.has(2)) {
      add(name + "_sum", labels, summary.real(2), texts);
    }
    for (Message quantile : summary.all(3)) {
      add(name, with("quantile", quantile.real(1), labels), quantile.real(2), texts);
    }
  }

  private static void addHistogram(
      String name, Map<String, String> labels, Message histogram, Set<String> texts) {
    if (histogram.has(5)) {
      readNative(histogram);
    }
    add(name + "_count", labels, (double) histogram.number(1), texts);
    if (histogram.has(2)) {
      add(name + "_sum", labels, histogram.real(2), texts);
    }
    for (Message bucket : histogram.all(3)) {
      add(name + "_bucket", with("le", bucket.real(2), labels), (double) bucket.number(1), texts);
    }
    // Of native ones it is there only with an exemplar, and means the count otherwise.
    add(
        name + "_bucket",
        with("le", Double.POSITIVE_INFINITY, labels),
        (double) histogram.number(1),
        texts);
  }

  /** As Prometheus itself checks native histograms. */
  private static void readNative(Message histogram) {
    assertThat(histogram.zigzag(5).get(0)).isBetween(-4L, 8L);
    long count = histogram.number(7);
    for (int deltas : new int[] {10, 13}) {
      long buckets = 0;
      long inBucket = 0;
      for (long delta : histogram.zigzag(deltas)) {
        inBucket += delta;
        assertThat(inBucket).isNotNegative();
        count += inBucket;
        buckets++;
      }
      boolean first = true;
      long inSpans = 0;
      for (Message span : histogram.all(deltas - 1)) {
        assertThat(first || span.zigzag(1).get(0) >= 0).isTrue();
        inSpans += span.number(2);
        first = false;
      }
      assertThat(inSpans).isEqualTo(buckets);
    }
    assertThat(histogram.number(1)).isEqualTo(count);
  }

  private static Map<String, String> with(String name, double value, Map<String, String> labels) {
    Map<String, String> all = new TreeMap<>(labels);
    assertThat(all.put(name, number(value))).isNull();
    return all;
  }

  private static void add(
      String name, Map<String, String> labels, double value, Set<String> texts) {
    texts.add(name + new TreeMap<>(labels) + ' ' + number(value));
  }

  /** Without a sign of zero. */
  private static String number(double value) {
    return Double.toString(value + 0.0);
  }

  private static String number(String text) {
    return number(Double.parseDouble(text));
  }

  private static String withoutTotal(String name) {
    return name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
  }
}
