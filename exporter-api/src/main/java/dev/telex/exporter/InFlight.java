/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The exports of one exporter that are under way: the part of an exporter's contract that has
 * nothing to do with its protocol, for anyone who implements {@link Exporter} asynchronously.
 *
 * <p>It answers for the exporter before any work is done: SHUTDOWN after shutdown, PERMANENT for a
 * signal that it does not carry, SUCCESS for an empty batch, RETRYABLE if no time is left. It
 * contains a body that throws, returns no stage, or completes it exceptionally. It flushes by
 * waiting for what is under way, and shuts down by waiting no longer than the grace and cancelling
 * the rest. Every stage that it hands out completes, at the latest when its context is cancelled,
 * and never exceptionally by itself; a receiver that completes it (by a timeout of its own, say)
 * affects nobody else, and one that cancels it cancels the export. Safe for use by several threads.
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
  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private volatile @Nullable CompletionStage<ExportResult> closing;

  /**
   * For one exporter.
   *
   * @param name the exporter's, for messages
   * @param signals those that it carries
   */
  public InFlight(String name, Set<Signal> signals) {
    this.name = name;
    this.signals = Set.copyOf(signals);
  }

  /**
   * Runs one export, or answers for it.
   *
   * @return the stage to return from {@link Exporter#export}. Cancelling its future cancels the
   *     context of the export
   * @throws VirtualMachineError if {@code start} throws one, and nothing else; the export has then
   *     ended
   */
  public CompletionStage<ExportResult> run(Batch batch, ExportContext context, Start start) {
    return run(batch, context, start, result -> {});
  }

  /**
   * As {@link #run(Batch, ExportContext, Start)}, for who keeps the books.
   *
   * @param ended is told the result exactly once, also where this answers for the exporter, just
   *     before the stage completes
   */
  public CompletionStage<ExportResult> run(
      Batch batch, ExportContext context, Start start, Consumer<ExportResult> ended) {
    if (closing != null) {
      return answer(refused(), ended);
    }
    if (!signals.contains(batch.signal())) {
      return answer(ExportResult.unsupported(name, batch), ended);
    }
    if (batch.itemCount() == 0) {
      return answer(ExportResult.success(), ended);
    }
    if (context.remaining().filter(Duration::isZero).isPresent()) {
      return answer(ExportResult.retryable("no time was left to export"), ended);
    }
    Entry entry = new Entry(CancellableContext.childOf(context), ended);
    boolean open;
    synchronized (lock) {
      // Again, with the lock: no shutdown may begin before it can see this entry.
      open = closing == null;
      if (open) {
        entries.add(entry);
      }
    }
    if (!open) {
      entry.context.release();
      return answer(refused(), ended);
    }
    try {
      entry.context.run(start).thenAccept(entry::end);
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
                return ExportResult.failureElsewhere(failure);
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
   * @return the worst of their results as {@link ExportResult#ofLegs} takes it; success if there
   *     were none
   */
  public CompletionStage<ExportResult> flush() {
    List<CompletableFuture<ExportResult>> waiting = new ArrayList<>();
    entries.forEach(entry -> waiting.add(entry.ended));
    return allOf(waiting);
  }

  /**
   * Takes no more exports, waits for those under way, and {@linkplain #cutOff cuts off} what is
   * left when the grace is over. The grace is timed by a daemon thread that the JDK shares, which
   * then also runs the cancelling.
   *
   * @param grace zero or more; zero cancels at once
   * @return as {@link #drain}
   */
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    boolean first = closing == null;
    CompletionStage<ExportResult> idle = drain();
    if (!first || idle.toCompletableFuture().isDone()) {
      return idle;
    }
    if (grace.isZero() || grace.isNegative()) {
      cutOff();
      return idle;
    }
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    over.completeOnTimeout(true, Nanos.of(grace), TimeUnit.NANOSECONDS).thenRun(this::cutOff);
    // Not cancel(): on older JDKs only a normal completion takes the timer out of its queue.
    idle.thenRun(() -> over.complete(true));
    return idle;
  }

  /**
   * Takes no more exports and waits for those under way, for however long: the beginning of a
   * shutdown, for who has a clock of its own.
   *
   * @return the worst result of what was under way; every call gives the same stage
   */
  public CompletionStage<ExportResult> drain() {
    CompletableFuture<ExportResult> drained = new CompletableFuture<>();
    CompletionStage<ExportResult> shared = drained.minimalCompletionStage();
    synchronized (lock) {
      CompletionStage<ExportResult> known = closing;
      if (known != null) {
        return known;
      }
      closing = shared;
    }
    // Without the lock, because completing runs other people's code.
    flush().thenAccept(drained::complete);
    return shared;
  }

  /**
   * Cancels the exports under way: the end of a shutdown. Such an export ends as SHUTDOWN where it
   * would have been RETRYABLE.
   *
   * @throws VirtualMachineError if a callback throws one, after all exports have ended
   */
  public void cutOff() {
    VirtualMachineError fatal = null;
    for (Entry entry : entries) {
      entry.cutOff = true;
      try {
        entry.context.cancel();
      } catch (VirtualMachineError e) {
        fatal = e;
      }
    }
    if (fatal != null) {
      throw fatal;
    }
  }

  private ExportResult refused() {
    return ExportResult.shutdown(name + " is shut down");
  }

  private static CompletionStage<ExportResult> answer(
      ExportResult result, Consumer<ExportResult> ended) {
    ended.accept(result);
    return result.completed();
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
    private final Consumer<ExportResult> told;

    /** Handed out: its receiver may complete or cancel it. */
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();

    /** For flush and shutdown; done after {@link #promise}. */
    private final CompletableFuture<ExportResult> ended = new CompletableFuture<>();

    /** Set before a shutdown cancels it. */
    private volatile boolean cutOff;

    Entry(CancellableContext context, Consumer<ExportResult> told) {
      this.context = context;
      this.told = told;
      promise.whenComplete(
          (result, failure) -> {
            if (promise.isCancelled()) {
              context.cancel();
            }
          });
    }

    void end(ExportResult result) {
      entries.remove(this);
      ExportResult last = cutOff ? cutOff(result) : result;
      try {
        told.accept(last);
      } finally {
        promise.complete(last);
        ended.complete(last);
      }
    }

    private ExportResult cutOff(ExportResult result) {
      if (result.status() != ExportResult.Status.RETRYABLE) {
        return result;
      }
      // To try again is no use here any more, whatever the exporter makes of its cancellation.
      return result
          .summed(
              ExportResult.Status.SHUTDOWN,
              result.accepted(),
              result.rejections(),
              result.remainder().orElse(null))
          .withMessage(
              name
                  + " was shut down before the export ended"
                  + result.message().map(words -> ": " + words).orElse(""));
    }
  }
}
