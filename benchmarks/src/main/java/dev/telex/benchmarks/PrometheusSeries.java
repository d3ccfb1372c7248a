/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;

/**
 * 100,000 series as Prometheus counts them, of 170 instruments: 40,000 of counters, 24,000 of
 * gauges, 36,000 of histograms, each of which has 16 buckets, a count and a sum.
 */
final class PrometheusSeries {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> POOL = AttributeKey.stringKey("db.client.pool.name");

  private static final int COUNTERS = 100;
  private static final int GAUGES = 60;
  private static final int HISTOGRAMS = 10;
  private static final int POINTS = 400;
  private static final int HISTOGRAM_POINTS = 200;
  private static final int SERIES = 100_000;
  private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE"};
  private static final long[] STATUSES = {200, 201, 404, 500};

  private PrometheusSeries() {}

  static void record(SdkMeterProvider sdk) {
    Meter meter = sdk.meterBuilder("shop.instrumentation").setInstrumentationVersion("1.2").build();
    for (int i = 0; i < COUNTERS; i++) {
      LongCounter counter =
          meter
              .counterBuilder("shop.service" + i + ".requests")
              .setDescription("Requests that service " + i + " has answered.")
              .setUnit("{request}")
              .build();
      for (int point = 0; point < POINTS; point++) {
        counter.add(1 + point * 37L, request(point));
      }
    }
    for (int i = 0; i < GAUGES; i++) {
      DoubleGauge gauge =
          meter
              .gaugeBuilder("shop.pool" + i + ".used")
              .setDescription("Memory that pool " + i + " uses.")
              .setUnit("By")
              .build();
      for (int point = 0; point < POINTS; point++) {
        gauge.set(1e6 + point / 7.0, Attributes.of(POOL, "pool-" + point));
      }
    }
    for (int i = 0; i < HISTOGRAMS; i++) {
      DoubleHistogram histogram =
          meter
              .histogramBuilder("shop.service" + i + ".request.duration")
              .setDescription("How long service " + i + " took.")
              .setUnit("s")
              .build();
      for (int point = 0; point < HISTOGRAM_POINTS; point++) {
        for (int value = 0; value < 20; value++) {
          histogram.record(value * value * 0.73 + point, request(point));
        }
      }
    }
  }

  private static Attributes request(int point) {
    return Attributes.of(
        METHOD,
        METHODS[point % 4],
        ROUTE,
        "/api/v1/things/{id}/parts/" + point / 16,
        STATUS,
        STATUSES[point / 4 % 4]);
  }

  /** Makes sure that this text 0.0.4 has all series. */
  static void check(String text) {
    long samples =
        text.lines()
            .filter(line -> !line.startsWith("#") && !line.startsWith("target_info"))
            .count();
    if (samples != SERIES) {
      throw new IllegalStateException("there are " + samples + " series");
    }
    System.out.println("plainBytes=" + text.length());
  }
}
