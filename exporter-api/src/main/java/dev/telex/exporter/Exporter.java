/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Delivers batches to one backend.
 *
 * <p>An exporter speaks its protocol and nothing more: it does not retry, does not queue and does
 * not change to another backend; decorators do that. It is safe for use by several threads, and may
 * be given several batches at once.
 *
 * <p>{@link #blocking} makes one from a body that blocks. Who writes one with stages finds the
 * parts that have nothing to do with a protocol in {@link InFlight}, and can prove the result with
 * the contract tests of {@code telex-testkit}.
 */
public interface Exporter extends AutoCloseable {

  /** How long {@link #close()} lets exports that are under way go on. */
  Duration CLOSE_GRACE = Duration.ofSeconds(10);

  /**
   * A short name for logs, metrics and {@code toString()}, for instance {@code otlp}. It holds no
   * secret and no address.
   */
  String name();

  /** The signals that this exporter carries: all, unless it says otherwise. */
  default Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  /** What success means: the backend's word, unless this exporter says otherwise. */
  default Delivery delivery() {
    return Delivery.ACKNOWLEDGED;
  }

  /** The temporality and aggregation of the metrics that it needs: cumulative by default. */
  default MetricPreferences metricPreferences() {
    return MetricPreferences.cumulative();
  }

  /**
   * Starts to export a batch and returns.
   *
   * <p>An empty batch succeeds without anything being sent; a signal that the exporter does not
   * carry is {@link ExportResult.Status#PERMANENT}; after {@link #shutdown} every export is {@link
   * ExportResult.Status#SHUTDOWN}. The call may encode the batch on this thread, and does not wait
   * for the backend. The stage may complete on a thread of the transport: whoever continues there
   * must not block. When {@code context} is cancelled the work underneath is ended and the stage
   * completes.
   *
   * @return never null, and never completes exceptionally: failures are values
   */
  CompletionStage<ExportResult> export(Batch batch, ExportContext context);

  /**
   * Completes when every export that was begun before has ended and what the exporter holds is
   * written.
   *
   * @return the worst result of what was waited for; success if there was nothing
   */
  default CompletionStage<ExportResult> flush() {
    return ExportResult.success().completed();
  }

  /**
   * Takes no more batches, lets those under way go on for the grace, ends the rest, and frees what
   * the exporter owns. Idempotent: a further call returns the outcome of the first.
   *
   * @param grace zero or more
   * @return the worst result of what was under way; success if there was nothing
   */
  default CompletionStage<ExportResult> shutdown(Duration grace) {
    return ExportResult.success().completed();
  }

  /**
   * {@link #shutdown} with a grace of {@link #CLOSE_GRACE}, waiting for it; no longer than one
   * second beyond that. An interrupt ends the waiting and is kept.
   */
  @Override
  default void close() {
    try {
      shutdown(CLOSE_GRACE)
          .toCompletableFuture()
          .get(CLOSE_GRACE.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      System.getLogger(Exporter.class.getPackageName())
          .log(System.Logger.Level.WARNING, this + " did not shut down cleanly: " + e);
    }
  }

  /**
   * An exporter of all signals whose body blocks the thread that runs it.
   *
   * <p>A cancelled export is interrupted, and a body that has not begun is not begun. If the
   * executor refuses the body the result is {@link ExportResult.Status#RETRYABLE}. Shut the
   * exporter down before its executor: bodies that an executor drops end with the grace of the
   * shutdown.
   *
   * @param name see {@link #name()}
   * @param executor runs the bodies; it stays yours, and is not shut down
   * @param body exports one batch
   */
  static Exporter blocking(String name, Executor executor, BlockingExport body) {
    return blocking(name, EnumSet.allOf(Signal.class), executor, body);
  }

  /** As {@link #blocking(String, Executor, BlockingExport)}, for some signals. */
  static Exporter blocking(
      String name, Set<Signal> signals, Executor executor, BlockingExport body) {
    return new BlockingExporter(name, signals, executor, body);
  }
}
