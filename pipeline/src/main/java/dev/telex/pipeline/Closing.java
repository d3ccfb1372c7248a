/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The shutdown of a pipeline. What waits is handed to the exporter, within the first half of the
 * grace by the rules of every day and then all at once; the exporter then has the rest of the grace
 * to deliver it, or to hand it to its fallback. At the end of the grace what is left is cut off.
 */
final class Closing {

  /** For who waits for something else, and will not get it any more. */
  static final ExportResult OVER = ExportResult.shutdown("the pipeline is shut down");

  /** What an exporter without work gets to close, beyond the grace. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Exporter exporter;
  private final List<Lane<?>> lanes;
  private final Threads threads;
  private final Duration grace;
  private final LongSupplier nanoTime;
  private final long deadlineNanos;
  private final long abandonedBefore;
  private final AtomicBoolean exporterTold = new AtomicBoolean();
  private final CompletableFuture<ExportResult> exporterShut = new CompletableFuture<>();
  private final CompletableFuture<ExportResult> done = new CompletableFuture<>();

  Closing(
      Exporter exporter,
      Collection<Lane<?>> lanes,
      Threads threads,
      Duration grace,
      LongSupplier nanoTime) {
    this.exporter = exporter;
    this.lanes = List.copyOf(lanes);
    this.threads = threads;
    this.grace = grace;
    this.nanoTime = nanoTime;
    this.deadlineNanos = nanoTime.getAsLong() + Times.nanos(grace);
    this.abandonedBefore = abandoned();
  }

  /** Completes with what became of what waited or was under way, and of the exporter's shutdown. */
  CompletionStage<ExportResult> result() {
    return done.minimalCompletionStage();
  }

  void begin() {
    Timer handOver = after(grace.multipliedBy(3).dividedBy(4), this::shutExporter);
    Timer cutOff = after(grace, this::cutOff);
    Timer last = after(grace.plus(CLOSE_LIMIT), this::expire);
    CompletionStage<Boolean> handedOver = CompletableFuture.completedFuture(true);
    CompletionStage<ExportResult> worst = exporterShut;
    for (Lane<?> lane : lanes) {
      CompletionStage<Boolean> handed = lane.close(grace);
      handedOver = handedOver.thenCombine(handed, (one, other) -> true);
      worst = worst.thenCombine(lane.closed(handed), ExportResult::worse);
    }
    handedOver.thenRun(this::shutExporter);
    worst.thenAccept(
        result -> {
          handOver.cancel();
          cutOff.cancel();
          last.cancel();
          end(result);
        });
  }

  private void shutExporter() {
    if (exporterTold.compareAndSet(false, true)) {
      Duration left = Duration.ofNanos(Math.max(0, Math.min(Times.nanos(grace), left())));
      InFlight.attempt(context -> exporter.shutdown(left), ExportContext.none())
          .thenAccept(exporterShut::complete);
    }
  }

  private long left() {
    return deadlineNanos - nanoTime.getAsLong();
  }

  private void cutOff() {
    lanes.forEach(Lane::cutOff);
    shutExporter();
  }

  private void expire() {
    ExportResult late =
        ExportResult.shutdown(exporter + " did not shut down within " + grace.plus(CLOSE_LIMIT));
    lanes.forEach(lane -> lane.expire(late));
    exporterShut.complete(late);
    end(late);
  }

  private void end(ExportResult result) {
    if (done.isDone()) {
      return;
    }
    // What the timers would end is ended here.
    lanes.forEach(lane -> lane.expire(OVER));
    threads.timers().shutdownNow();
    lanes.forEach(Lane::endLog);
    long lost = abandoned() - abandonedBefore;
    done.complete(
        lost == 0
            ? result
            : ExportResult.worse(
                result, ExportResult.shutdown(lost + " items were not sent within " + grace)));
  }

  private long abandoned() {
    return lanes.stream().mapToLong(lane -> lane.tally().dropped(DropReason.SHUTDOWN)).sum();
  }

  private Timer after(Duration delay, Runnable task) {
    return Timer.after(delay, threads.timers(), task);
  }
}
