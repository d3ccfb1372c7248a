/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.Base2ExponentialHistogramOptions;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exponential histograms as explicit bounds with cumulative counts. */
class ExponentialHistogramTest {

  private static final ExponentialHistogramBuckets NONE = buckets(0);

  /** The SDK's own histograms: each count is that of the values up to the bound. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 40, 160})
  void everyCountIsThatOfTheValuesUpToItsBound(int maxBuckets) {
    SplittableRandom random = new SplittableRandom(maxBuckets);
    for (int round = 0; round < 20; round++) {
      double spread = random.nextDouble(0.01, 30);
      List<Double> values = new ArrayList<>();
      for (int i = random.nextInt(1, 200); i > 0; i--) {
        values.add(random.nextInt(10) == 0 ? 0.0 : Math.exp(random.nextDouble(-spread, spread)));
      }
      Map<String, Object> fields = point(recorded(values, maxBuckets)).fields();
      assertThat(fields.get("count")).isEqualTo((double) values.size());
      Map<Double, Double> bounds = bounds(fields);
      assertThat(bounds).containsKey(Double.POSITIVE_INFINITY);
      bounds.forEach(
          (bound, count) ->
              assertThat(count)
                  .as("up to %s of %s", bound, values)
                  .isEqualTo((double) values.stream().filter(value -> value <= bound).count()));
    }
  }

  @Test
  void aRunOfEmptyBucketsIsOne() {
    assertThat(bounds(exponential(0, buckets(0, 2, 0, 0, 0, 3), NONE, 0)))
        .isEqualTo(ordered(1, 0, 2, 2, 16, 2, 32, 5, Double.POSITIVE_INFINITY, 5));
  }

  @Test
  void negativeValuesComeFirstAndZeroIsBetween() {
    assertThat(bounds(exponential(0, buckets(0, 1), buckets(1, 2, 4), 8)))
        // (-8, -4] has 4, (-4, -2] has 2.
        .isEqualTo(ordered(-8, 0, -4, 4, -2, 6, 0, 14, 1, 14, 2, 15, Double.POSITIVE_INFINITY, 15));
  }

  @Test
  void zeroesAloneAreABound() {
    assertThat(bounds(exponential(3, NONE, NONE, 7)))
        .isEqualTo(ordered(0, 7, Double.POSITIVE_INFINITY, 7));
  }

  @Test
  void nothingIsZeroUpToInfinity() {
    assertThat(bounds(exponential(3, NONE, NONE, 0)))
        .isEqualTo(ordered(Double.POSITIVE_INFINITY, 0));
  }

  /** Of its buckets the lowest begins below what a double can hold, and the highest ends above. */
  @Test
  void theExtremesOfADoubleAreNoBounds() {
    assertThat(bounds(exponential(-10, buckets(0, 3), NONE, 0)))
        .isEqualTo(ordered(1, 0, Double.POSITIVE_INFINITY, 3));
    assertThat(bounds(exponential(-11, buckets(-1, 3), NONE, 0)))
        .isEqualTo(ordered(0, 0, 1, 3, Double.POSITIVE_INFINITY, 3));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "1, 0, 2",
    "-1, 0, 0.5",
    "2, 1, 2",
    "1, 1, 1.4142135623730951",
    "3, -1, 64",
    "-3, 2, 0.5946035575013605",
    "5, 20, 1.00000330518878",
    "1048576, 20, 2"
  })
  void aBoundIsTwoToThePowerOfTheScaledIndex(long index, int scale, double bound) {
    assertThat(HistogramValues.bound(index, scale)).isCloseTo(bound, within(bound * 1e-12));
  }

  @Test
  void ofTheOtherSchemaEachBoundIsALine() {
    List<Point> points =
        read(InfluxSchema.TELEGRAF_PROMETHEUS_V2, exponentialPoint(0, buckets(0, 2, 3), NONE, 1));
    assertThat(points.get(0).fields()).containsOnlyKeys("e_count", "e_sum");
    Map<String, Object> buckets = new LinkedHashMap<>();
    points
        .subList(1, points.size())
        .forEach(point -> buckets.put(point.tag("le"), point.field("e_bucket")));
    assertThat(buckets).isEqualTo(Map.of("0", 1.0, "1", 1.0, "2", 3.0, "4", 6.0, "+Inf", 6.0));
  }

  private static ExponentialHistogramPointData recorded(List<Double> values, int maxBuckets) {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .registerView(
                InstrumentSelector.builder().setName("e").build(),
                View.builder()
                    .setAggregation(
                        Aggregation.base2ExponentialBucketHistogram(
                            Base2ExponentialHistogramOptions.builder()
                                .setMaxBuckets(maxBuckets)
                                .build()))
                    .build())
            .registerMetricReader(reader)
            .build()) {
      DoubleHistogram histogram = provider.get("test").histogramBuilder("e").build();
      values.forEach(histogram::record);
      return reader
          .collectAllMetrics()
          .iterator()
          .next()
          .getExponentialHistogramData()
          .getPoints()
          .iterator()
          .next();
    }
  }

  private static Map<String, Object> exponential(
      int scale,
      ExponentialHistogramBuckets positive,
      ExponentialHistogramBuckets negative,
      long zeroes) {
    return point(exponentialPoint(scale, positive, negative, zeroes)).fields();
  }

  private static ExponentialHistogramPointData exponentialPoint(
      int scale,
      ExponentialHistogramBuckets positive,
      ExponentialHistogramBuckets negative,
      long zeroes) {
    return ExponentialHistogramPointData.create(
        scale,
        0,
        zeroes,
        false,
        0,
        false,
        0,
        positive,
        negative,
        0,
        TestItems.TIME,
        Attributes.empty(),
        List.of());
  }

  private static ExponentialHistogramBuckets buckets(int offset, long... counts) {
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return ExponentialHistogramBuckets.create(0, offset, list);
  }

  private static Point point(ExponentialHistogramPointData data) {
    List<Point> points = read(InfluxSchema.TELEGRAF_PROMETHEUS_V1, data);
    assertThat(points).hasSize(1);
    return points.get(0);
  }

  private static List<Point> read(InfluxSchema schema, ExponentialHistogramPointData data) {
    Batch batch = Batch.metrics(List.of(TestItems.exponential("e", data)));
    return LineReader.read(
        new String(
            new InfluxEncoding(schema, InfluxDialect.INFLUXDB, Set.of(), Set.of())
                .encode(batch)
                .toByteArray(),
            StandardCharsets.UTF_8));
  }

  /** Those fields that are bounds, in their order. */
  private static Map<Double, Double> bounds(Map<String, Object> fields) {
    Map<Double, Double> bounds = new LinkedHashMap<>();
    fields.forEach(
        (key, value) -> {
          if (key.equals("+Inf")) {
            bounds.put(Double.POSITIVE_INFINITY, (Double) value);
          } else if (key.matches("-?[0-9].*")) {
            bounds.put(Double.valueOf(key), (Double) value);
          }
        });
    assertThat(new ArrayList<>(bounds.keySet())).isSorted();
    return bounds;
  }

  private static Map<Double, Double> ordered(double... boundsAndCounts) {
    Map<Double, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      map.put(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
    return map;
  }
}
