/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.metrics.TestMetricData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Tells whether items arrived: exactly once, at least once, or never. It makes batches in which
 * every span, log record and data point has an id as an attribute, takes the ids of what arrived,
 * and compares.
 *
 * <pre>{@code
 * DeliveryChecker checker = new DeliveryChecker();
 * chain.export(checker.batch(Signal.TRACES, 100), ExportContext.none()) …
 * backend.batches().forEach(checker::received); // a RecordingExporter, or any other way
 * checker.assertExactlyOnce();
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class DeliveryChecker {

  /** The attribute that holds the id of an item. */
  public static final AttributeKey<String> ID = AttributeKey.stringKey("telex.item.id");

  private static final int SHOWN = 10;
  private static final AtomicInteger CHECKERS = new AtomicInteger();

  /** In ids, so that what another checker has sent is unknown to this one. */
  private final String prefix = "item-" + CHECKERS.incrementAndGet() + "-";

  private final Object lock = new Object();

  /** How often each item arrived, in the order in which they were made. */
  private final Map<String, Integer> known = new LinkedHashMap<>();

  private final Map<String, Integer> unknown = new LinkedHashMap<>();

  /** A checker of no items yet. */
  public DeliveryChecker() {}

  /**
   * Makes a batch of new items.
   *
   * @param items 1 or more
   */
  public Batch batch(Signal signal, int items) {
    List<Attributes> ids = new ArrayList<>(items);
    synchronized (lock) {
      for (int i = 0; i < items; i++) {
        String id = prefix + (known.size() + 1);
        known.put(id, 0);
        ids.add(Attributes.of(ID, id));
      }
    }
    return switch (signal) {
      case TRACES ->
          Batch.traces(
              ids.stream().map(id -> SampleBatches.span(1).setAttributes(id).build()).toList());
      case LOGS ->
          Batch.logs(
              ids.stream()
                  .map(
                      id ->
                          TestLogRecordData.builder()
                              .setSeverity(Severity.INFO)
                              .setBody("a log record")
                              .setAttributes(id)
                              .build())
                  .toList());
      case METRICS ->
          Batch.metrics(
              List.of(
                  TestMetricData.builder()
                      .setName("sample.items")
                      .setDescription("Items of a test")
                      .setUnit("1")
                      .setLongSumData(
                          SumData.createLongSumData(
                              true,
                              AggregationTemporality.CUMULATIVE,
                              ids.stream().map(id -> LongPointData.create(1, 2, id, 1)).toList()))
                      .build()));
    };
  }

  /** The ids of the items of a batch in their order; the empty string for an item without one. */
  public static List<String> ids(Batch batch) {
    Stream<Attributes> attributes =
        switch (batch.signal()) {
          case TRACES -> batch.spans().stream().map(span -> span.getAttributes());
          case LOGS -> batch.logs().stream().map(log -> log.getAttributes());
          case METRICS ->
              batch.metrics().stream()
                  .flatMap(metric -> metric.getData().getPoints().stream())
                  .map(point -> point.getAttributes());
        };
    return attributes
        .map(
            all -> {
              String id = all.get(ID);
              return id == null ? "" : id;
            })
        .toList();
  }

  /** Takes the items of a batch for arrived. */
  public void received(Batch batch) {
    received(ids(batch));
  }

  /**
   * Takes items for arrived whose ids were read back from a backend; each as often as it is there.
   */
  public void received(Collection<String> ids) {
    synchronized (lock) {
      for (String id : ids) {
        (known.containsKey(id) ? known : unknown).merge(id, 1, Integer::sum);
      }
    }
  }

  /**
   * Asserts that every item arrived once, and nothing else.
   *
   * @throws AssertionError with the ids that are missing, that arrived more than once, and that are
   *     of no item of this checker
   */
  public void assertExactlyOnce() {
    check("exactly once", everything(), 1, 1);
  }

  /** As {@link #assertExactlyOnce()}, for the items of one batch, or of a part of one. */
  public void assertExactlyOnce(Batch batch) {
    check("exactly once", ids(batch), 1, 1);
  }

  /**
   * Asserts that every item arrived, and nothing else.
   *
   * @throws AssertionError with the ids that are missing, and that are of no item of this checker
   */
  public void assertAtLeastOnce() {
    check("at least once", everything(), 1, Integer.MAX_VALUE);
  }

  /** As {@link #assertAtLeastOnce()}, for the items of one batch, or of a part of one. */
  public void assertAtLeastOnce(Batch batch) {
    check("at least once", ids(batch), 1, Integer.MAX_VALUE);
  }

  /**
   * Asserts that nothing arrived.
   *
   * @throws AssertionError with the ids of what did
   */
  public void assertNever() {
    check("never", everything(), 0, 0);
  }

  /** As {@link #assertNever()}, for the items of one batch, or of a part of one. */
  public void assertNever(Batch batch) {
    check("never", ids(batch), 0, 0);
  }

  @Override
  public String toString() {
    synchronized (lock) {
      long arrived = known.values().stream().filter(times -> times > 0).count();
      return "DeliveryChecker["
          + arrived
          + " of "
          + known.size()
          + " items arrived, "
          + unknown.size()
          + " unknown]";
    }
  }

  private List<String> everything() {
    synchronized (lock) {
      return List.copyOf(known.keySet());
    }
  }

  private void check(String wanted, List<String> ids, int atLeast, int atMost) {
    List<String> missing = new ArrayList<>();
    List<String> tooOften = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    synchronized (lock) {
      for (String id : ids) {
        Integer times = known.get(id);
        if (times == null) {
          throw new IllegalArgumentException(
              "item '" + id + "' was not made by this checker: it cannot be asserted");
        }
        if (times < atLeast) {
          missing.add(id);
        } else if (times > atMost) {
          tooOften.add(times == 1 ? id : id + " (" + times + " times)");
        }
      }
      unknown.forEach(
          (id, times) ->
              foreign.add(
                  (id.isEmpty() ? "an item without id" : id)
                      + (times == 1 ? "" : " (" + times + " times)")));
    }
    if (missing.isEmpty() && tooOften.isEmpty() && foreign.isEmpty()) {
      return;
    }
    throw new AssertionError(
        "\nNot all of "
            + ids.size()
            + " items arrived "
            + wanted
            + line("missing", missing)
            + line(atMost == 0 ? "arrived" : "duplicated", tooOften)
            + line("unknown", foreign));
  }

  private static String line(String what, List<String> items) {
    if (items.isEmpty()) {
      return "";
    }
    String shown = String.join(", ", items.subList(0, Math.min(SHOWN, items.size())));
    return "\n  "
        + what
        + " "
        + items.size()
        + ": "
        + shown
        + (items.size() > SHOWN ? ", … and " + (items.size() - SHOWN) + " more" : "");
  }
}
