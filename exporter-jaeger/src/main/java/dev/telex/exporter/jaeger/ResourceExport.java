/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.InFlight;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Exports the parts of a batch, one for each resource, a few at a time, and sums up their results.
 *
 * <p>What becomes of a part is its own: one that is refused does not keep others from being sent.
 * When one is RETRYABLE or SHUTDOWN, none beyond the first few is begun any more, because the next
 * would most likely end so too; what these left, and what was not begun, is the remainder.
 */
final class ResourceExport {

  /** As many requests as a transport has under way by default. */
  static final int AT_ONCE = 8;

  private final List<Batch> parts;
  private final Function<Batch, CompletionStage<ExportResult>> export;
  private final @Nullable ExportResult[] results;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();

  // Guarded by this.
  private int next;
  private int running;
  private boolean stopped;

  private ResourceExport(List<Batch> parts, Function<Batch, CompletionStage<ExportResult>> export) {
    this.parts = parts;
    this.export = export;
    this.results = new ExportResult[parts.size()];
  }

  /**
   * Exports the parts.
   *
   * @param parts at least one
   * @param export exports a part; called again on threads that complete a stage
   * @return the result of the only part; or else the sum of all
   * @throws VirtualMachineError if {@code export} throws one, and nothing else
   */
  static CompletionStage<ExportResult> of(
      List<Batch> parts, Function<Batch, CompletionStage<ExportResult>> export) {
    ResourceExport all = new ResourceExport(parts, export);
    all.proceed();
    return all.promise;
  }

  /** A loop, and no recursion, where parts complete at once: there may be very many. */
  private void proceed() {
    for (int index = begin(); index >= 0; index = begin()) {
      int started = index;
      CompletableFuture<ExportResult> result = start(parts.get(started));
      if (result.isDone()) {
        ended(started, result.join());
      } else {
        result.thenAccept(
            later -> {
              ended(started, later);
              proceed();
            });
      }
    }
  }

  /** The index of the part to begin with now; less than 0 if there is none. */
  private int begin() {
    synchronized (this) {
      boolean isLeft = next < parts.size() && (next < AT_ONCE || !stopped);
      if (isLeft && running < AT_ONCE) {
        running++;
        return next++;
      }
      if (isLeft || running > 0) {
        return -1;
      }
    }
    promise.complete(parts.size() == 1 ? result(0) : sum());
    return -1;
  }

  private CompletableFuture<ExportResult> start(Batch part) {
    try {
      return InFlight.attempt(context -> export.apply(part), ExportContext.none())
          .toCompletableFuture();
    } catch (VirtualMachineError e) {
      promise.complete(ExportResult.permanent(e.toString()).withCause(e));
      throw e;
    }
  }

  private synchronized void ended(int index, ExportResult result) {
    results[index] = result;
    running--;
    stopped |= result.status() == Status.RETRYABLE || result.status() == Status.SHUTDOWN;
  }

  private ExportResult sum() {
    Summary sum = new Summary();
    for (int i = 0; i < parts.size(); i++) {
      sum.add(parts.get(i), results[i]);
    }
    return sum.result();
  }

  private ExportResult result(int index) {
    ExportResult result = results[index];
    if (result == null) {
      throw new IllegalStateException("a part has no result");
    }
    return result;
  }
}
