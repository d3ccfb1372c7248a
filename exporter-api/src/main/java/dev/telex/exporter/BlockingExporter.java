/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The exporter behind {@link Exporter#blocking}. */
final class BlockingExporter implements Exporter {

  private final String name;
  private final Set<Signal> signals;
  private final Executor executor;
  private final BlockingExport body;
  private final InFlight inFlight;

  BlockingExporter(String name, Set<Signal> signals, Executor executor, BlockingExport body) {
    this.name = name;
    this.signals = Set.copyOf(signals);
    this.executor = executor;
    this.body = body;
    this.inFlight = new InFlight(name, signals);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Signal> signals() {
    return signals;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(
        batch,
        context,
        own -> {
          Task task = new Task(batch, own);
          // First, because the executor may run the body on this thread.
          own.onCancel(task::cancel);
          executor.execute(task);
          return task.promise;
        });
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    return inFlight.shutdown(grace);
  }

  @Override
  public String toString() {
    return name;
  }

  private final class Task implements Runnable {
    private final Batch batch;
    private final ExportContext context;
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
    private final Object lock = new Object();
    private boolean cancelled;
    private @Nullable Thread runner;

    Task(Batch batch, ExportContext context) {
      this.batch = batch;
      this.context = context;
    }

    void cancel() {
      synchronized (lock) {
        cancelled = true;
        if (runner != null) {
          runner.interrupt();
          return;
        }
      }
      promise.complete(ExportResult.retryable("cancelled before it began"));
    }

    @Override
    public void run() {
      synchronized (lock) {
        if (cancelled) {
          return;
        }
        runner = Thread.currentThread();
      }
      ExportResult result = ExportResult.permanent("the exporter's thread died");
      try {
        result = body.export(batch, context);
        if (result == null) {
          result = ExportResult.permanent("the exporter returned no result");
        }
      } catch (VirtualMachineError e) {
        result = ExportResult.permanent(e.toString()).withCause(e);
        throw e;
      } catch (Throwable e) {
        result = ExportResult.failure(e);
      } finally {
        synchronized (lock) {
          runner = null;
          if (cancelled) {
            // Ours, not the executor's: its next task must not find it.
            Thread.interrupted();
          }
        }
        promise.complete(result);
      }
    }
  }
}
