/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes traces, metrics and logs to a logger, a stream or a file.
 *
 * <p>To a logger or a stream it writes readable lines, unless told otherwise: one for each item, of
 * at most 2000 chars and at most 100 a batch. Whatever a value holds, it can neither begin a line
 * of its own nor pass for another field. Metrics are taken in every temporality and aggregation.
 *
 * <p>To a file it appends OTLP JSON lines as the OpenTelemetry Protocol File Exporter does
 * (OpenTelemetry specification, protocol/file-exporter): one line for each batch, nothing cut off
 * or left out. Traces, metrics and logs go into one file, in the order in which they come; the
 * specification wants a file for each, which {@link LoggingExporterBuilder#filePerSignal} makes.
 * The {@code otlpjsonfile} receiver of the OpenTelemetry Collector reads both: each of its
 * pipelines passes over the lines of the other signals. To replay a file, set its {@code start_at}
 * to {@code beginning}, and its {@code max_log_size} (1 MiB) above the longest line.
 *
 * <p>An export does the work on a thread of this exporter (or on the executor that was given to
 * it), never on the caller's, and completes when the logger returned, the stream was flushed, or
 * the operating system had the line: it survives this process, and a crash of the machine once
 * {@link #flush} or {@link #shutdown} forced it to the disk, or the system did. At most 256 batches
 * wait; a further one is RETRYABLE. When a line cannot be written, for instance because the disk is
 * full, what was written of it is removed and the result is RETRYABLE; a line that a crash left
 * torn stays, and the next begins on a new line. A file that was moved or deleted is made again.
 * Several exporters of one process may write one file; several processes need a file each.
 *
 * <p>A file grows without limit unless {@link LoggingExporterBuilder#rotateAtBytes} or {@link
 * LoggingExporterBuilder#rotateEvery} is set, and then full ones stay until somebody has replayed
 * them: nothing is deleted unless {@link LoggingExporterBuilder#keepFiles} says so. A full disk is
 * RETRYABLE. {@link FileReplay} feeds a file, and those that it was rotated to, to an exporter.
 *
 * <p>What a logger and a stream take is {@link Delivery#BEST_EFFORT}; what a file takes is {@link
 * Delivery#ACKNOWLEDGED}. Safe for use by several threads.
 */
public final class LoggingExporter implements Exporter {

  private static final String NAME = "logging";
  private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final Target target;
  private final Executor executor;
  private final @Nullable ExecutorService owned;
  private final InFlight inFlight = new InFlight(NAME, EnumSet.allOf(Signal.class));
  private final Set<CompletableFuture<ExportResult>> forcing = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean shutdown = new AtomicBoolean();
  private final CompletableFuture<ExportResult> closed = new CompletableFuture<>();

  LoggingExporter(Target target, int maxWaitingBatches) {
    this.target = target;
    this.owned = oneThread(maxWaitingBatches);
    this.executor = owned;
  }

  LoggingExporter(Target target, Executor given) {
    this.target = target;
    this.owned = null;
    this.executor = given;
  }

  /** One readable line an item, at level INFO. */
  public static LoggingExporter toLogger(System.Logger logger) {
    return builder().logger(logger).build();
  }

  /** One readable line an item, at level INFO, to the logger of this name. */
  public static LoggingExporter toLogger(String name) {
    return builder().logger(name).build();
  }

  /**
   * One readable line an item.
   *
   * @param stream is flushed after each batch, and never closed. A {@link java.io.PrintStream} gets
   *     text in its own charset, any other stream UTF-8
   */
  public static LoggingExporter toStream(OutputStream stream) {
    return builder().stream(stream).build();
  }

  /**
   * OTLP JSON lines of all signals, appended to a file that is made if there is none.
   *
   * @throws dev.telex.exporter.ConfigurationException if the directory does not exist, or the file
   *     cannot be written
   */
  public static LoggingExporter toFile(Path path) {
    return builder().file(path).build();
  }

  /** A builder, at first of one readable line an item to a logger named {@code telex}. */
  public static LoggingExporterBuilder builder() {
    return new LoggingExporterBuilder();
  }

  /** {@code logging}. */
  @Override
  public String name() {
    return NAME;
  }

  /** BEST_EFFORT, or ACKNOWLEDGED of a file. */
  @Override
  public Delivery delivery() {
    return target.delivery();
  }

  /** Any. */
  @Override
  public MetricPreferences metricPreferences() {
    return MetricPreferences.any();
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> start(batch, own));
  }

  /**
   * Waits for the exports that were begun, and then forces a file to the disk (fsync). If the disk
   * refuses, the result is RETRYABLE and its outcome unknown.
   */
  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight
        .flush()
        .thenCompose(last -> forced().thenApply(onDisk -> ExportResult.worse(last, onDisk)));
  }

  /** How many rotated files {@link LoggingExporterBuilder#keepFiles} made this exporter delete. */
  public long removedFiles() {
    RotationLog log = target.rotated();
    return log == null ? 0 : log.files();
  }

  /** How many batches were in the files that it deleted: one a line. */
  public long removedBatches() {
    RotationLog log = target.rotated();
    return log == null ? 0 : log.batches();
  }

  /**
   * Shuts down as every exporter does, and forces a file to the disk (fsync), for which it has the
   * rest of the grace, and a second more. After a write that had to be cut off it does not.
   */
  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    if (shutdown.compareAndSet(false, true)) {
      long end = System.nanoTime() + nanos(grace) + FORCE_NANOS;
      inFlight
          .shutdown(grace)
          .thenCompose(last -> forcedBy(end, last))
          .thenAccept(last -> closed.complete(freed(last)));
    }
    return closed;
  }

  @Override
  public String toString() {
    return NAME;
  }

  private CompletionStage<ExportResult> start(Batch batch, ExportContext context) {
    WriteTask task = new WriteTask(target, batch);
    // First: what is cancelled already must not be begun.
    context.onCancel(() -> task.cancel(inFlight.isShutdown()));
    executor.execute(task);
    return task.result();
  }

  private CompletionStage<ExportResult> forcedBy(long end, ExportResult last) {
    if (last.status() == ExportResult.Status.SHUTDOWN) {
      // A write is stuck, and forcing would wait for it.
      return last.completed();
    }
    ExportResult late =
        ExportResult.retryable("the disk did not take it in time").withOutcomeUnknown();
    return forced()
        .toCompletableFuture()
        .completeOnTimeout(late, Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
        .thenApply(onDisk -> ExportResult.worse(last, onDisk));
  }

  /** On the thread that writes, because it may take long. */
  private CompletionStage<ExportResult> forced() {
    if (!target.needsForce()) {
      return ExportResult.success().completed();
    }
    CompletableFuture<ExportResult> forced = new CompletableFuture<>();
    forcing.add(forced);
    forced.whenComplete((result, failure) -> forcing.removeIf(CompletableFuture::isDone));
    try {
      executor.execute(() -> forced.complete(force()));
    } catch (RejectedExecutionException e) {
      forced.complete(
          ExportResult.retryable("the disk was not forced: " + e.getMessage()).withCause(e));
    }
    return forced;
  }

  private ExportResult force() {
    try {
      target.force();
      return ExportResult.success();
    } catch (IOException e) {
      return ExportResult.retryable("the disk may not have it: " + e)
          .withCause(e)
          .withOutcomeUnknown();
    }
  }

  private static long nanos(Duration grace) {
    return grace.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : grace.toNanos();
  }

  private ExportResult freed(ExportResult last) {
    if (owned != null) {
      owned.shutdown();
    }
    // Those that a given executor dropped, or that are stuck.
    forcing.forEach(
        forced -> forced.complete(ExportResult.shutdown("shut down before the disk was forced")));
    try {
      target.close();
      return last;
    } catch (IOException e) {
      return last.isDelivered()
          ? ExportResult.retryable("cannot close the file: " + e.getMessage())
              .withCause(e)
              .withOutcomeUnknown()
          : last;
    }
  }

  private static ExecutorService oneThread(int maxWaiting) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(maxWaiting),
        body -> {
          Thread thread = new Thread(body, "telex-" + NAME + "-" + THREADS.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        (task, pool) -> {
          throw new RejectedExecutionException(maxWaiting + " batches wait to be written");
        });
  }
}
