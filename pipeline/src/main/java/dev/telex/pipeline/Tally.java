/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of the items of one signal. */
final class Tally {

  private static final String REJECTED = "rejected";

  /** What the semantic conventions provide for what has no name of its own. */
  private static final String OTHER = "_OTHER";

  private static final int MAX_ERROR_TYPES = 32;

  private final LongAdder delivered = new LongAdder();
  private final LongAdder fellBack = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder handedOver = new LongAdder();
  private final LongAdder exports = new LongAdder();
  private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

  Tally() {
    for (DropReason reason : DropReason.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void drop(DropReason reason, long items) {
    adder(reason).add(items);
  }

  long dropped(DropReason reason) {
    return adder(reason).sum();
  }

  long delivered() {
    return delivered.sum();
  }

  long inFlight() {
    return inFlight.sum();
  }

  /** Items that were exported without success, by the {@code error.type} of their export. */
  Map<String, Long> failed() {
    Map<String, Long> sums = new TreeMap<>();
    failed.forEach((errorType, items) -> sums.put(errorType, items.sum()));
    return sums;
  }

  /** Items that wait no more, because an export of them began. */
  long handedOver() {
    return handedOver.sum();
  }

  void begin(int items) {
    handedOver.add(items);
    inFlight.add(items);
  }

  /**
   * An export ended.
   *
   * @param otherwise why what is left of the items was dropped
   * @param errorType what to call that in metrics
   */
  void end(Batch batch, ExportResult result, DropReason otherwise, String errorType) {
    int items = batch.itemCount();
    // Who answers for good settles every item, whatever its counts say; and a backend may claim
    // to have refused more than it was sent.
    boolean success = result.status() == ExportResult.Status.SUCCESS;
    boolean partial = result.status() == ExportResult.Status.PARTIAL;
    int back = Math.min(items, result.fellBack());
    int taken = success ? items : Math.min(items, result.accepted() + back);
    int refused = partial ? items - taken : Math.min(items - taken, result.rejected());
    int left = items - taken - refused;
    delivered.add(taken);
    fellBack.add(back);
    rejected.add(refused);
    drop(otherwise, left);
    fail(REJECTED, refused);
    fail(errorType, left);
    if (result.outcomeUnknown()) {
      unknown.add(left);
    }
    exports.increment();
    inFlight.add(-items);
  }

  SignalStats snapshot(long emitted, long queued) {
    Map<DropReason, Long> reasons = new EnumMap<>(DropReason.class);
    dropped.forEach(
        (reason, items) -> {
          long sum = items.sum();
          if (sum > 0) {
            reasons.put(reason, sum);
          }
        });
    return new SignalStats(
        emitted,
        delivered.sum(),
        fellBack.sum(),
        rejected.sum(),
        reasons,
        queued,
        inFlight.sum(),
        unknown.sum(),
        exports.sum());
  }

  private void fail(String errorType, long items) {
    if (items > 0) {
      boolean known = failed.containsKey(errorType) || failed.size() < MAX_ERROR_TYPES;
      failed.computeIfAbsent(known ? errorType : OTHER, type -> new LongAdder()).add(items);
    }
  }

  /** Where a reason is counted. */
  LongAdder adder(DropReason reason) {
    LongAdder adder = dropped.get(reason);
    if (adder == null) {
      throw new AssertionError(reason);
    }
    return adder;
  }
}
