/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The metrics that an exporter needs: which temporality and which aggregation for each kind of
 * instrument. What is not stated is left to the other exporters of a chain, and at last to the
 * SDK's defaults (cumulative).
 *
 * <p>Immutable.
 */
public final class MetricPreferences {

  private static final MetricPreferences ANY = new MetricPreferences(Map.of(), Map.of());
  private static final MetricPreferences CUMULATIVE =
      ANY.withTemporality(AggregationTemporalitySelector.alwaysCumulative());
  private static final MetricPreferences DELTA =
      ANY.withTemporality(AggregationTemporalitySelector.deltaPreferred());

  private final Map<InstrumentType, AggregationTemporality> temporalities;
  private final Map<InstrumentType, Aggregation> aggregations;

  private MetricPreferences(
      Map<InstrumentType, AggregationTemporality> temporalities,
      Map<InstrumentType, Aggregation> aggregations) {
    this.temporalities = temporalities;
    this.aggregations = aggregations;
  }

  /** Takes every temporality and aggregation, for instance because it only shows them. */
  public static MetricPreferences any() {
    return ANY;
  }

  /** Needs cumulative metrics of all instruments; takes every aggregation. */
  public static MetricPreferences cumulative() {
    return CUMULATIVE;
  }

  /**
   * Needs delta metrics, but for up-down counters, which are cumulative: {@link
   * AggregationTemporalitySelector#deltaPreferred()}. Takes every aggregation.
   */
  public static MetricPreferences delta() {
    return DELTA;
  }

  /** With the temporality of all instruments stated. */
  public MetricPreferences withTemporality(AggregationTemporalitySelector selector) {
    Map<InstrumentType, AggregationTemporality> all = new EnumMap<>(InstrumentType.class);
    for (InstrumentType type : InstrumentType.values()) {
      all.put(type, selector.getAggregationTemporality(type));
    }
    return new MetricPreferences(all, aggregations);
  }

  /** With the aggregation of all instruments stated. */
  public MetricPreferences withAggregation(DefaultAggregationSelector selector) {
    Map<InstrumentType, Aggregation> all = new EnumMap<>(InstrumentType.class);
    for (InstrumentType type : InstrumentType.values()) {
      all.put(type, selector.getDefaultAggregation(type));
    }
    return new MetricPreferences(temporalities, all);
  }

  /** The temporality that is needed, if one is stated. */
  public Optional<AggregationTemporality> temporality(InstrumentType type) {
    return Optional.ofNullable(temporalities.get(type));
  }

  /** The aggregation that is needed, if one is stated. */
  public Optional<Aggregation> aggregation(InstrumentType type) {
    return Optional.ofNullable(aggregations.get(type));
  }

  /**
   * What satisfies both.
   *
   * @throws IllegalArgumentException if they state different things for an instrument; the message
   *     names them. Aggregations are compared with {@code equals}
   */
  public MetricPreferences and(MetricPreferences other) {
    List<String> conflicts = new ArrayList<>();
    Map<InstrumentType, AggregationTemporality> bothTemporalities =
        merge(temporalities, other.temporalities, conflicts);
    Map<InstrumentType, Aggregation> bothAggregations =
        merge(aggregations, other.aggregations, conflicts);
    if (!conflicts.isEmpty()) {
      throw new IllegalArgumentException(String.join(", ", conflicts));
    }
    return new MetricPreferences(bothTemporalities, bothAggregations);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricPreferences that
        && temporalities.equals(that.temporalities)
        && aggregations.equals(that.aggregations);
  }

  @Override
  public int hashCode() {
    return Objects.hash(temporalities, aggregations);
  }

  @Override
  public String toString() {
    return "MetricPreferences[" + temporalities + ", " + aggregations + "]";
  }

  private static <T> Map<InstrumentType, T> merge(
      Map<InstrumentType, T> one, Map<InstrumentType, T> other, List<String> conflicts) {
    Map<InstrumentType, T> both = new EnumMap<>(InstrumentType.class);
    both.putAll(one);
    other.forEach(
        (type, wanted) -> {
          T stated = both.putIfAbsent(type, wanted);
          if (stated != null && !stated.equals(wanted)) {
            conflicts.add(type + " as " + stated + " and as " + wanted);
          }
        });
    return both;
  }
}
