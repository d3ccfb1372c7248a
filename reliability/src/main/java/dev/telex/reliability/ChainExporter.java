/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The outside of a built chain: knows what is in flight, and shuts down from the outside in.
 *
 * <p>A shutdown refuses new batches, ends what only waits, waits for what is under way, cancels the
 * rest when the grace is over, shuts the exporters inside, and stops the threads that are ours.
 */
final class ChainExporter extends Decorator {

  /** What exporters without work get to close, even if the grace is used up. */
  private static final Duration MIN_CLOSE = Duration.ofSeconds(1);

  private final String name;
  private final Exporter tree;
  private final ChainThreads threads;
  private final Timers timers;
  private final InFlight inFlight;
  private final Set<CompletableFuture<ExportResult>> flushes = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<ExportResult> closed = new CompletableFuture<>();

  /**
   * A chain.
   *
   * @param tree its outermost decorator, a leg or a fan-out
   */
  ChainExporter(String name, Decorator tree, ChainThreads threads) {
    super(Traits.of(tree));
    this.name = name;
    this.tree = tree;
    this.threads = threads;
    this.timers = threads.timers();
    this.inFlight = new InFlight(name, signals());
  }

  @Override
  List<Exporter> inner() {
    return List.of(tree);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> tree.export(batch, own));
  }

  /** Flushes the exporters inside when what was begun before has ended. */
  @Override
  public CompletionStage<ExportResult> flush() {
    CompletableFuture<ExportResult> flushed = new CompletableFuture<>();
    flushes.add(flushed);
    inFlight
        .flush()
        .thenCompose(worst -> super.flush().thenApply(inside -> ExportResult.worse(worst, inside)))
        .thenAccept(flushed::complete);
    flushed.whenComplete((result, failure) -> flushes.removeIf(CompletableFuture::isDone));
    if (closed.isDone()) {
      endFlushes();
    }
    return flushed;
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    if (closing.compareAndSet(false, true)) {
      long deadline = timers.now() + Timers.nanos(grace);
      // Refused before anything inside ends what waits, lest it begins anew.
      CompletionStage<ExportResult> drained = inFlight.drain();
      beginClosing(deadline);
      timers.drain(inFlight, deadline);
      drained
          .thenCompose(
              worst ->
                  drain(deadline)
                      .thenCompose(idle -> closeInner(deadline))
                      .thenApply(last -> ExportResult.worse(worst, last)))
          .thenAccept(
              result -> {
                threads.close();
                closed.complete(result);
                endFlushes();
              });
    }
    return closed.minimalCompletionStage();
  }

  @Override
  public String toString() {
    return tree.toString();
  }

  private CompletionStage<ExportResult> closeInner(long deadlineNanos) {
    Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - timers.now()));
    Duration limit = left.compareTo(MIN_CLOSE) < 0 ? MIN_CLOSE : left;
    CompletableFuture<ExportResult> done = new CompletableFuture<>();
    super.shutdown(limit).thenAccept(done::complete);
    if (!done.isDone()) {
      Runnable late =
          () -> done.complete(ExportResult.shutdown(name + " did not close within " + limit));
      Timers.Timer timer = timers.after(limit, late, late);
      done.thenRun(timer::cancel);
    }
    return done;
  }

  /** An exporter that does not answer a flush must not keep it open for ever. */
  private void endFlushes() {
    flushes.forEach(flush -> flush.complete(ExportResult.shutdown(name + " is shut down")));
  }
}
