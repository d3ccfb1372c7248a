/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The exports of one exporter that are under way: the part of an exporter's contract that has
 * nothing to do with its protocol, for anyone who implements {@link Exporter} asynchronously.
 *
 * <p>It answers for the exporter before any work is done: SHUTDOWN after shutdown, PERMANENT for a
 * signal that it does not carry, SUCCESS for an empty batch. It contains a body that throws,
 * returns no stage, or completes it exceptionally. It flushes by waiting for what is under way, and
 * shuts down by waiting no longer than the grace and cancelling the rest. Every stage that it hands
 * out completes. Safe for use by several threads.
 */
public final class InFlight {

  /** Starts the export proper. */
  @FunctionalInterface
  public interface Start {
    /**
     * Starts an export.
     *
     * @param context a child of the caller's; cancelled with it, and when the grace of a shutdown
     *     is over
     * @return completes with the result, also after a cancellation
     * @throws Exception becomes a result by {@link ExportResult#failure}
     */
    CompletionStage<ExportResult> begin(ExportContext context) throws Exception;
  }

  private final String name;
  private final Set<Signal> signals;
  private final @Nullable ScheduledExecutorService scheduler;
  private final Map<Entry, Boolean> entries = new ConcurrentHashMap<>();
  private final Object lock = new Object();
  private volatile @Nullable CompletableFuture<ExportResult> closing;

  /**
   * For an exporter whose grace is timed by a daemon thread that the JDK shares.
   *
   * @param name the exporter's, for messages
   * @param signals those that it carries
   */
  public InFlight(String name, Set<Signal> signals) {
    this(name, signals, null);
  }

  /** As {@link #InFlight(String, Set)}, with the grace timed by a scheduler that stays yours. */
  public InFlight(String name, Set<Signal> signals, @Nullable ScheduledExecutorService scheduler) {
    this.name = name;
    this.signals = Set.copyOf(signals);
    this.scheduler = scheduler;
  }

  /**
   * Runs one export, or answers for it. Never throws but a {@link VirtualMachineError}.
   *
   * @return the stage to return from {@link Exporter#export}. Cancelling its future cancels the
   *     context of the export
   */
  public CompletionStage<ExportResult> run(Batch batch, ExportContext context, Start start) {
    if (closing != null) {
      return refused().completed();
    }
    if (!signals.contains(batch.signal())) {
      return ExportResult.unsupported(name, batch).completed();
    }
    if (batch.itemCount() == 0) {
      return ExportResult.success().completed();
    }
    Entry entry = new Entry(CancellableContext.childOf(context));
    entries.put(entry, Boolean.TRUE);
    if (closing != null) {
      // A shutdown that began in between may not have seen this entry: nobody would end it.
      entry.end(refused());
      return entry.promise;
    }
    try {
      attempt(start, entry.context).thenAccept(entry::end);
    } catch (VirtualMachineError e) {
      entry.end(ofError(e));
      throw e;
    }
    return entry.promise;
  }

  /**
   * Calls {@code start} and makes a result of whatever goes wrong: a throw, a missing stage, a
   * stage that completes exceptionally or without a result.
   *
   * @return never completes exceptionally
   * @throws VirtualMachineError if {@code start} throws one
   */
  public static CompletionStage<ExportResult> attempt(Start start, ExportContext context) {
    try {
      CompletionStage<ExportResult> stage = start.begin(context);
      if (stage == null) {
        return ExportResult.permanent("the exporter returned no stage").completed();
      }
      return stage.handle(
          (result, failure) -> {
            if (failure != null) {
              try {
                return ExportResult.failure(failure);
              } catch (VirtualMachineError e) {
                // It was thrown on another thread, which has had it; here a promise waits.
                return ofError(e);
              }
            }
            return result == null
                ? ExportResult.permanent("the exporter's stage completed without a result")
                : result;
          });
    } catch (Throwable e) {
      return ExportResult.failure(e).completed();
    }
  }

  /** How many exports are under way. */
  public int count() {
    return entries.size();
  }

  /** Whether {@link #shutdown} was called. */
  public boolean isShutdown() {
    return closing != null;
  }

  /**
   * Waits for the exports that are under way now.
   *
   * @return the worst of their results as {@link ExportResult#legs} would sum them; success if
   *     there were none
   */
  public CompletionStage<ExportResult> flush() {
    List<CompletableFuture<ExportResult>> waiting = new ArrayList<>();
    entries.keySet().forEach(entry -> waiting.add(entry.ended));
    return allOf(waiting);
  }

  /**
   * Takes no more exports, waits for those under way, and cancels what is left when the grace is
   * over: such an export ends as SHUTDOWN.
   *
   * @param grace zero or more; zero cancels at once
   * @return the worst result of what was under way; every call gives the same stage
   */
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    synchronized (lock) {
      CompletableFuture<ExportResult> known = closing;
      if (known != null) {
        return known;
      }
      CompletableFuture<ExportResult> closed = new CompletableFuture<>();
      closing = closed;
      CompletableFuture<ExportResult> idle = flush().toCompletableFuture();
      if (!idle.isDone()) {
        Runnable stopTimer = afterGrace(grace, this::cancelAll);
        idle = idle.whenComplete((result, failure) -> stopTimer.run());
      }
      idle.thenAccept(closed::complete);
      return closed;
    }
  }

  private ExportResult refused() {
    return ExportResult.shutdown(name + " is shut down");
  }

  private void cancelAll() {
    for (Entry entry : entries.keySet()) {
      entry.context.cancel();
      // Most exporters have answered by now; one that ignores its context must not hold the caller.
      entry.end(
          ExportResult.shutdown(name + " was shut down before the export ended")
              .withOutcomeUnknown());
    }
  }

  private Runnable afterGrace(Duration grace, Runnable action) {
    if (grace.isZero() || grace.isNegative()) {
      action.run();
      return () -> {};
    }
    if (scheduler == null) {
      CompletableFuture<Void> timer = new CompletableFuture<>();
      timer.completeOnTimeout(null, grace.toNanos(), TimeUnit.NANOSECONDS).thenRun(action);
      return () -> timer.cancel(false);
    }
    try {
      ScheduledFuture<?> timer = scheduler.schedule(action, grace.toNanos(), TimeUnit.NANOSECONDS);
      return () -> timer.cancel(false);
    } catch (RejectedExecutionException e) {
      // Without a clock there is no grace to give.
      action.run();
      return () -> {};
    }
  }

  private static ExportResult ofError(VirtualMachineError error) {
    return ExportResult.permanent(error.toString()).withCause(error);
  }

  private static CompletionStage<ExportResult> allOf(
      List<CompletableFuture<ExportResult>> results) {
    CompletionStage<ExportResult> all = ExportResult.success().completed();
    for (CompletableFuture<ExportResult> result : results) {
      all = all.thenCombine(result, ExportResult::worse);
    }
    return all;
  }

  private final class Entry {
    private final CancellableContext context;
    // Two futures, because the caller may cancel or complete the one that it holds.
    private final CompletableFuture<ExportResult> ended = new CompletableFuture<>();
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();

    Entry(CancellableContext context) {
      this.context = context;
      promise.whenComplete(
          (result, failure) -> {
            if (promise.isCancelled()) {
              context.cancel();
            }
          });
    }

    void end(ExportResult result) {
      entries.remove(this);
      context.release();
      ended.complete(result);
      promise.complete(result);
    }
  }
}
