/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items that cannot be read. */
final class Poison {

  private Poison() {}

  /** A batch of one item whose getters throw. */
  static Batch batch(Signal signal) {
    return switch (signal) {
      case TRACES -> Batch.traces(List.of(poisoned(SpanData.class, null)));
      case METRICS ->
          Batch.metrics(
              List.of(poisoned(MetricData.class, SampleBatches.metrics(1).metrics().get(0))));
      case LOGS -> Batch.logs(List.of(poisoned(LogRecordData.class, null)));
    };
  }

  private static <T> T poisoned(Class<T> type, @Nullable MetricData counted) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  // The batch counts the data points of a metric.
                  case "getData" -> counted == null ? fail(method.getName()) : counted.getData();
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  case "toString" -> "poison";
                  default -> fail(method.getName());
                });
    return type.cast(proxy);
  }

  private static Object fail(String method) {
    throw new IllegalStateException(method + "() of an item that a contract test made to throw");
  }
}
