/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of the items of one signal. */
final class Tally {

  private final LongAdder delivered = new LongAdder();
  private final LongAdder fellBack = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder handedOver = new LongAdder();
  private final LongAdder exports = new LongAdder();
  private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

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
   */
  void end(Batch batch, ExportResult result, DropReason otherwise) {
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

  private LongAdder adder(DropReason reason) {
    LongAdder adder = dropped.get(reason);
    if (adder == null) {
      throw new AssertionError(reason);
    }
    return adder;
  }
}
