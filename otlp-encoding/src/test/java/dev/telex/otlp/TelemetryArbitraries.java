/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Batches of {@link Telemetry} for properties. Each is a list of seeds, one for up to a handful of
 * items that share resources, so that a failing batch shrinks to the items that make it fail.
 */
final class TelemetryArbitraries {

  private static final int MAX_SEEDS = 12;
  private static final int ITEMS_OF_A_SEED = 3;

  private TelemetryArbitraries() {}

  static Arbitrary<List<SpanData>> spans() {
    return items(seed -> Telemetry.spans(seed, ITEMS_OF_A_SEED));
  }

  static Arbitrary<List<MetricData>> metrics() {
    return items(seed -> Telemetry.metrics(seed, ITEMS_OF_A_SEED));
  }

  static Arbitrary<List<LogRecordData>> logs() {
    return items(seed -> Telemetry.logs(seed, ITEMS_OF_A_SEED));
  }

  /** Batches of any signal. */
  static Arbitrary<Batch> batches() {
    return Arbitraries.oneOf(
        spans().map(Batch::traces), metrics().map(Batch::metrics), logs().map(Batch::logs));
  }

  private static <T> Arbitrary<List<T>> items(LongFunction<List<T>> ofSeed) {
    return Arbitraries.longs()
        .withoutEdgeCases()
        .list()
        .ofMaxSize(MAX_SEEDS)
        .map(
            seeds -> {
              List<T> items = new ArrayList<>();
              seeds.forEach(seed -> items.addAll(ofSeed.apply(seed)));
              return items;
            });
  }
}
