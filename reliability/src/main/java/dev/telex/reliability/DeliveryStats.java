/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts for each leg and signal what became of its items, so that every one is accounted for:
 *
 * <pre>{@code items = delivered + rejected + fellBack + dropped}</pre>
 *
 * <p>Safe for use by several threads. The sum holds for all batches that have ended. What a chain
 * answers before it asks a leg, because it is shut down or carries no such signal, is nobody's:
 * only its result tells of it.
 *
 * <pre>{@code
 * DeliveryStats stats = new DeliveryStats();
 * Exporter exporter = ExporterChain.of(otlp).retry(RetryPolicy.defaults()).listener(stats).build();
 * }</pre>
 */
public final class DeliveryStats implements ExportListener {

  /** A leg and a signal, in alphabetical order of the legs. */
  public record Key(String leg, Signal signal) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byLeg = leg.compareTo(other.leg);
      return byLeg != 0 ? byLeg : signal.compareTo(other.signal);
    }
  }

  /**
   * What became of the batches of one leg and signal that have ended.
   *
   * @param batches batches that the leg is done with
   * @param items their items
   * @param delivered items that the leg's exporter delivered
   * @param rejected items that a backend refused for good
   * @param fellBack items that the fallback took
   * @param dropped items that nobody took; the results of their batches say why
   * @param retries attempts after the first
   * @param unknown attempts whose answer was lost, so that their items may have been delivered
   * @param possibleDuplicates items that were sent again after such an attempt
   */
  public record Counts(
      long batches,
      long items,
      long delivered,
      long rejected,
      long fellBack,
      long dropped,
      long retries,
      long unknown,
      long possibleDuplicates) {}

  private final Map<Key, Adders> legs = new ConcurrentSkipListMap<>();

  /** With every count at zero. */
  public DeliveryStats() {}

  /** The counts of all legs so far, in alphabetical order of the legs. */
  public Map<Key, Counts> snapshot() {
    Map<Key, Counts> counts = new LinkedHashMap<>();
    legs.forEach((key, adders) -> counts.put(key, adders.snapshot()));
    return counts;
  }

  /** The counts of one leg and signal; all zero if it had none. */
  public Counts of(String leg, Signal signal) {
    Adders adders = legs.get(new Key(leg, signal));
    return (adders == null ? new Adders() : adders).snapshot();
  }

  @Override
  public void onResult(String leg, Batch batch, ExportResult result) {
    Adders adders = adders(leg, batch);
    // A server may say that it rejected more than it was sent.
    int taken = result.accepted() + result.fellBack();
    int rejected = Math.min(result.rejected(), batch.itemCount() - taken);
    adders.batches.increment();
    adders.items.add(batch.itemCount());
    adders.delivered.add(result.accepted());
    adders.rejected.add(rejected);
    adders.fellBack.add(result.fellBack());
    adders.dropped.add(batch.itemCount() - taken - rejected);
    if (result.outcomeUnknown()) {
      adders.unknown.increment();
    }
  }

  @Override
  public void onRetry(String leg, Batch batch, ExportResult failure, Duration delay) {
    Adders adders = adders(leg, batch);
    adders.retries.increment();
    if (failure.outcomeUnknown()) {
      adders.unknown.increment();
      adders.possibleDuplicates.add(batch.itemCount());
    }
  }

  @Override
  public void onFallback(String leg, Batch batch, ExportResult failure) {
    if (failure.outcomeUnknown()) {
      adders(leg, batch).possibleDuplicates.add(batch.itemCount());
    }
  }

  @Override
  public String toString() {
    return "DeliveryStats" + snapshot();
  }

  private Adders adders(String leg, Batch batch) {
    return legs.computeIfAbsent(new Key(leg, batch.signal()), key -> new Adders());
  }

  private static final class Adders {
    private final LongAdder batches = new LongAdder();
    private final LongAdder items = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder fellBack = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder possibleDuplicates = new LongAdder();

    Counts snapshot() {
      return new Counts(
          batches.sum(),
          items.sum(),
          delivered.sum(),
          rejected.sum(),
          fellBack.sum(),
          dropped.sum(),
          retries.sum(),
          unknown.sum(),
          possibleDuplicates.sum());
    }
  }
}
