/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Somebody waits until what was emitted before is exported, and wants to know how that went. */
final class Flush implements Consumer<ExportResult> {

  private final Exports exports;
  private final Tally tally;
  private final long evictedBefore;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final Object lock = new Object();
  private ExportResult worst = ExportResult.success();

  /** Given by the worker when it takes this up. */
  private BooleanSupplier passed = () -> false;

  private Flush(Exports exports, Tally tally) {
    this.exports = exports;
    this.tally = tally;
    this.evictedBefore = tally.dropped(DropReason.EVICTED);
  }

  /** One that hears of every export that ends from now on. */
  static Flush of(Exports exports, Tally tally) {
    Flush flush = new Flush(exports, tally);
    exports.watch(flush);
    flush.promise.whenComplete((result, failure) -> exports.unwatch(flush));
    return flush;
  }

  /** The result of an export. */
  @Override
  public void accept(ExportResult result) {
    synchronized (lock) {
      worst = ExportResult.worse(worst, result);
    }
  }

  void begin(BooleanSupplier mark) {
    passed = mark;
  }

  boolean isHandedOver() {
    return passed.getAsBoolean();
  }

  /** All is with the exporter: completes when the exports under way have ended. */
  void finish() {
    exports.ended().thenAccept(last -> complete());
  }

  /** Has no more time; does nothing when it is complete. */
  void expire(ExportResult why) {
    promise.complete(ExportResult.worse(worst(), why));
  }

  /** The worst result of the exports that ended meanwhile; success if there were none. */
  CompletionStage<ExportResult> result() {
    return promise.minimalCompletionStage();
  }

  private void complete() {
    long evicted = tally.dropped(DropReason.EVICTED) - evictedBefore;
    promise.complete(
        evicted == 0
            ? worst()
            : ExportResult.worse(
                worst(),
                ExportResult.permanent(
                    evicted + " items were dropped from the queue to make room for others")));
  }

  private ExportResult worst() {
    synchronized (lock) {
      return worst;
    }
  }
}
