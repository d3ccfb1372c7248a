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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The outside of a built chain: knows what is in flight, and shuts down from the outside in.
 *
 * <p>A shutdown refuses new batches, tells the decorators how long they have, waits for what is
 * under way, cancels the rest when the grace is over, and only then shuts the exporters inside.
 */
final class ChainExporter extends Decorator {

  /** What exporters without work get to close, even if the grace is used up. */
  private static final Duration MIN_CLOSE = Duration.ofSeconds(1);

  private final String name;
  private final Exporter tree;
  private final ChainThreads threads;
  private final Timers timers;
  private final InFlight inFlight;
  private final Object lock = new Object();
  private @Nullable CompletionStage<ExportResult> closing;

  ChainExporter(String name, Exporter tree, ChainThreads threads) {
    this.name = name;
    this.tree = tree;
    this.threads = threads;
    this.timers = threads.timers();
    this.inFlight = new InFlight(name, tree.signals(), timers.scheduler());
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

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush().thenCombine(super.flush(), ExportResult::worse);
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    CompletableFuture<ExportResult> closed = new CompletableFuture<>();
    CompletionStage<ExportResult> shared = closed.minimalCompletionStage();
    synchronized (lock) {
      if (closing != null) {
        return closing;
      }
      closing = shared;
    }
    // Without the lock, because cancelling runs other people's code.
    long deadline = timers.now() + Timers.nanos(grace);
    CompletionStage<ExportResult> idle = inFlight.shutdown(grace);
    beginClosing(deadline);
    idle.thenCompose(
            worst -> closeInner(deadline).thenApply(last -> ExportResult.worse(worst, last)))
        .thenAccept(closed::complete);
    return shared;
  }

  @Override
  public String toString() {
    return tree.toString();
  }

  private CompletionStage<ExportResult> closeInner(long deadlineNanos) {
    Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - timers.now()));
    Duration limit = left.compareTo(MIN_CLOSE) < 0 ? MIN_CLOSE : left;
    CompletableFuture<ExportResult> closed = new CompletableFuture<>();
    Runnable late =
        () -> closed.complete(ExportResult.shutdown(name + " did not close within " + limit));
    @Nullable Future<?> timer = timers.after(limit, late).orElse(null);
    super.shutdown(limit)
        .thenAccept(
            result -> {
              if (timer != null) {
                timer.cancel(false);
              }
              closed.complete(result);
            });
    return closed.whenComplete((result, failure) -> threads.close());
  }
}
