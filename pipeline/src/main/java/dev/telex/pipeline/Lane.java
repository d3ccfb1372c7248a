/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The way of one signal through a pipeline: its queue, its worker and its exports. */
final class Lane<S extends BatchSource> {

  private final Tally tally = new Tally();
  private final Threads threads;
  private final S source;
  private final Exports exports;
  private final SignalWorker worker;

  /** Those that somebody waits for. */
  private final Set<Flush> flushes = ConcurrentHashMap.newKeySet();

  private final Object lock = new Object();
  private @Nullable Flush last;
  private @Nullable CompletionStage<Boolean> handedOver;

  Lane(
      Signal signal,
      Exporter exporter,
      PipelineSettings settings,
      Threads threads,
      Duration tick,
      BiFunction<Tally, Waker, S> source) {
    this.threads = threads;
    Runner runner = threads.runners().apply("telex-pipeline-" + signal.id());
    this.source = source.apply(tally, runner);
    SelfMetrics selfMetrics =
        new SelfMetrics(
            signal,
            settings.meterProvider(),
            tally,
            this.source::queued,
            settings.maxQueueSize(),
            exporter.getClass().getName(),
            settings.nanoTime());
    this.exports =
        new Exports(signal, exporter, settings, tally, selfMetrics, threads.timers(), runner);
    this.worker = new SignalWorker(signal, this.source, exports, tally, settings, tick, runner);
  }

  void begin() {
    worker.begin();
  }

  S source() {
    return source;
  }

  Tally tally() {
    return tally;
  }

  SignalStats stats() {
    return tally.snapshot(source.emitted(), source.queued());
  }

  /**
   * Exports what was emitted before.
   *
   * @param limit how long that may take
   * @return the worst result of what ended meanwhile; RETRYABLE if the time was too short
   */
  CompletionStage<ExportResult> flush(Duration limit) {
    Flush flush = flush();
    Timer timer =
        Timer.after(
            limit,
            threads.timers(),
            () -> flush.expire(ExportResult.retryable("not flushed within " + limit)));
    worker.flush(flush);
    return flush
        .result()
        .thenApply(
            result -> {
              timer.cancel();
              return result;
            });
  }

  /**
   * Takes no more items. What waits is handed to the exporter: for the first half of the grace by
   * the rules of every day, and then all at once. After a further call the shorter grace counts.
   *
   * @return completes when that is done
   */
  CompletionStage<Boolean> close(Duration grace) {
    CompletionStage<Boolean> handed;
    synchronized (lock) {
      if (handedOver == null) {
        Flush flush = flush();
        last = flush;
        handedOver = worker.close(flush);
      }
      handed = handedOver;
    }
    Timer timer = Timer.after(grace.dividedBy(2), threads.timers(), worker::handOver);
    handed.thenRun(timer::cancel);
    return handed;
  }

  /**
   * Completes when all is handed over and no export is under way: with the worst result of what was
   * when this was closed, and of what came after.
   */
  CompletionStage<ExportResult> closed(CompletionStage<Boolean> handed) {
    Flush flush;
    synchronized (lock) {
      flush = last;
    }
    CompletionStage<ExportResult> result =
        flush == null ? ExportResult.success().completed() : flush.result();
    return handed.thenCompose(done -> exports.ended()).thenCombine(result, (ended, worst) -> worst);
  }

  /**
   * As {@link #close}, for a lane that is closed alone.
   *
   * @return completes with the grace at the latest
   */
  CompletionStage<ExportResult> finish(Duration grace) {
    CompletionStage<Boolean> handed = close(grace);
    CompletableFuture<ExportResult> finished = new CompletableFuture<>();
    closed(handed).thenAccept(finished::complete);
    Timer timer =
        Timer.after(
            grace,
            threads.timers(),
            () -> finished.complete(ExportResult.shutdown("not all was sent within " + grace)));
    finished.thenRun(timer::cancel);
    return finished.minimalCompletionStage();
  }

  /** The grace is over. */
  void cutOff() {
    worker.abandon();
    exports.cutOff();
  }

  /** Nobody waits any longer. */
  void expire(ExportResult why) {
    flushes.forEach(flush -> flush.expire(why));
  }

  void endLog() {
    worker.endLog();
    exports.endLog();
  }

  private Flush flush() {
    Flush flush = Flush.of(exports, tally);
    flushes.add(flush);
    flush.result().thenRun(() -> flushes.remove(flush));
    return flush;
  }
}
