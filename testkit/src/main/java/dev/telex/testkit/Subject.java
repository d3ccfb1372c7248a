/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The exporter that a clause is about. Each call is made on another thread, so that one which does
 * not return fails its clause too; and whatever the clause, a call that throws, gives no stage, or
 * one that ends without a result, fails it.
 */
final class Subject {

  private final Trial trial;
  private final Exporter exporter;

  Subject(Trial trial, Exporter exporter) {
    this.trial = trial;
    this.exporter = exporter;
  }

  Exporter exporter() {
    return exporter;
  }

  /** Exports and waits for the result. */
  ExportResult export(Batch batch) throws InterruptedException {
    return export(batch, ExportContext.none());
  }

  ExportResult export(Batch batch, ExportContext context) throws InterruptedException {
    return await("export()", start(batch, context));
  }

  /** Begins to export. */
  CompletableFuture<ExportResult> start(Batch batch, ExportContext context)
      throws InterruptedException {
    return returned("export()", submit("export()", () -> exporter.export(batch, context)));
  }

  /** Has another thread begin to export, and does not wait for it. */
  Future<CompletableFuture<ExportResult>> submit(Batch batch) {
    return submit("export()", () -> exporter.export(batch, ExportContext.none()));
  }

  CompletableFuture<ExportResult> flush() throws InterruptedException {
    return returned("flush()", submit("flush()", exporter::flush));
  }

  CompletableFuture<ExportResult> shutdown(Duration grace) throws InterruptedException {
    return returned("shutdown()", submit("shutdown()", () -> exporter.shutdown(grace)));
  }

  /** Waits for a call that another thread makes. */
  CompletableFuture<ExportResult> returned(
      String method, Future<CompletableFuture<ExportResult>> call) throws InterruptedException {
    try {
      return call.get(trial.limit().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw trial.violated(
          method + " returns, and does not wait for the backend",
          "it did not return within " + trial.limit(),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw trial.violated(
          method + " throws nothing: failures are values", "it threw " + e.getCause(), e);
    }
  }

  /** Waits for a result. */
  ExportResult await(String method, CompletableFuture<ExportResult> stage)
      throws InterruptedException {
    try {
      ExportResult result = stage.get(trial.limit().toNanos(), TimeUnit.NANOSECONDS);
      if (result == null) {
        throw trial.violated("the stage of " + method + " completes with a result", "null");
      }
      return result;
    } catch (TimeoutException e) {
      throw trial.violated(
          "the stage of " + method + " completes",
          "it did not complete within " + trial.limit(),
          e);
    } catch (ExecutionException e) {
      throw trial.violated(
          "the stage of " + method + " never completes exceptionally: failures are values",
          "it completed with " + e.getCause(),
          e);
    }
  }

  private Future<CompletableFuture<ExportResult>> submit(
      String method, Supplier<@Nullable CompletionStage<ExportResult>> call) {
    return trial.async(
        () -> {
          CompletionStage<ExportResult> stage = call.get();
          if (stage == null) {
            throw trial.violated(method + " returns a stage", "it returned null");
          }
          // A future of ours: waiting and giving up must not touch that of the exporter.
          CompletableFuture<ExportResult> copy = new CompletableFuture<>();
          stage.whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  copy.complete(result);
                } else {
                  copy.completeExceptionally(failure);
                }
              });
          return copy;
        });
  }
}
