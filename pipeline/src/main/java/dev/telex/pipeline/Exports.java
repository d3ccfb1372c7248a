/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.LimitedLog;
import dev.telex.exporter.Signal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The exports of one signal that are under way. */
final class Exports {

  private final Signal signal;
  private final Exporter exporter;
  private final PipelineSettings settings;
  private final Tally tally;
  private final ScheduledExecutorService timers;
  private final Runner runner;
  private final InFlight inFlight;
  private final AtomicInteger running = new AtomicInteger();
  private final List<Consumer<ExportResult>> watchers = new CopyOnWriteArrayList<>();
  private final SelfMetrics selfMetrics;
  private final LimitedLog failures;
  private volatile boolean cutOff;

  Exports(
      Signal signal,
      Exporter exporter,
      PipelineSettings settings,
      Tally tally,
      SelfMetrics selfMetrics,
      ScheduledExecutorService timers,
      Runner runner) {
    this.signal = signal;
    this.exporter = exporter;
    this.settings = settings;
    this.tally = tally;
    this.selfMetrics = selfMetrics;
    this.timers = timers;
    this.runner = runner;
    this.inFlight = new InFlight("the pipeline of " + signal.id(), Set.of(signal));
    this.failures = new LimitedLog(Pipeline.LOGGER, settings.nanoTime());
  }

  /** Whether one more may be under way. */
  boolean mayStart() {
    return running.get() < settings.maxInFlight();
  }

  /** Starts an export on this thread, the worker's. */
  void start(Batch batch) {
    selfMetrics.begin();
    running.incrementAndGet();
    tally.begin(batch.itemCount());
    Call call = new Call(batch);
    call.timer = Timer.after(settings.exportTimeout(), timers, call::takesTooLong);
    try {
      inFlight.run(batch, call.context, own -> exporter.export(batch, own), call::ended);
    } finally {
      call.returned();
    }
  }

  /** Tells a watcher of every result from now on. */
  void watch(Consumer<ExportResult> watcher) {
    watchers.add(watcher);
  }

  void unwatch(Consumer<ExportResult> watcher) {
    watchers.remove(watcher);
  }

  /** Completes when all that are under way now have ended. */
  CompletionStage<ExportResult> ended() {
    return inFlight.flush();
  }

  /** Starts none any more, and cancels those under way. */
  void cutOff() {
    cutOff = true;
    inFlight.drain();
    inFlight.cutOff();
    runner.interrupt();
  }

  void endLog() {
    failures.end("failed exports of " + signal.id());
  }

  private void logFailure(Batch batch, ExportResult result, boolean tookTooLong) {
    if (result.status() == ExportResult.Status.SUCCESS
        || (result.status() == ExportResult.Status.PARTIAL && result.rejected() == 0)) {
      return;
    }
    Supplier<String> words =
        () ->
            "an export of "
                + batch
                + " to "
                + exporter
                + (tookTooLong
                    ? " was cancelled after " + settings.exportTimeout() + ": "
                    : result.isDelivered() ? " was refused in part: " : " failed: ")
                + result;
    failures.warn(words, result.cause().orElse(null));
  }

  private final class Call {
    private final Batch batch;
    private final CancellableContext context;
    private final long startNanos = settings.nanoTime().getAsLong();
    private final Object lock = new Object();
    private Timer timer = Timer.none();
    private volatile boolean tookTooLong;
    private boolean returned;

    Call(Batch batch) {
      this.batch = batch;
      this.context =
          CancellableContext.childOf(
              ExportContext.none(), settings.exportTimeout(), settings.nanoTime());
    }

    /** Cancels it; what still blocks the worker in the call itself is interrupted. */
    void takesTooLong() {
      tookTooLong = true;
      context.cancel();
      synchronized (lock) {
        if (!returned) {
          runner.interrupt();
        }
      }
    }

    void returned() {
      synchronized (lock) {
        returned = true;
      }
    }

    private DropReason dropReason(ExportResult result) {
      if (tookTooLong) {
        return DropReason.TIMEOUT;
      }
      return cutOff || result.status() == ExportResult.Status.SHUTDOWN
          ? DropReason.SHUTDOWN
          : DropReason.EXPORT_FAILED;
    }

    private String errorType(ExportResult result) {
      DropReason reason = dropReason(result);
      if (reason != DropReason.EXPORT_FAILED) {
        return reason.errorType();
      }
      if (result.statusCode().isPresent()) {
        int code = result.statusCode().getAsInt();
        String ofRpc = RpcStatus.nameOf(code);
        return ofRpc == null ? Integer.toString(code) : ofRpc;
      }
      return result.cause().map(cause -> cause.getClass().getName()).orElse(reason.errorType());
    }

    void ended(ExportResult result) {
      timer.cancel();
      String errorType = errorType(result);
      tally.end(batch, result, dropReason(result), errorType);
      selfMetrics.ended(
          result,
          settings.nanoTime().getAsLong() - startNanos,
          result.isDelivered() ? null : errorType);
      logFailure(batch, result, tookTooLong);
      for (Consumer<ExportResult> watcher : watchers) {
        watcher.accept(result);
      }
      if (running.getAndDecrement() >= settings.maxInFlight()) {
        runner.wake();
      }
    }
  }
}
