/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import dev.telex.exporter.ExportResult.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Exports a batch in parts where it is too large as a whole: for a limit of the exporter's own, or
 * for the backend, which only its answer shows.
 *
 * <p>A part that is too large is halved, and the halves are exported one after the other. An item
 * that is too large alone is rejected. After a part that is RETRYABLE or SHUTDOWN no further one is
 * begun: what it left and all that follow are the remainder.
 */
public final class SplitExport {

  private final Predicate<ExportResult> tooLarge;
  private final Function<Batch, CompletionStage<ExportResult>> export;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final Deque<Batch> waiting = new ArrayDeque<>();

  private final List<Rejection> rejections = new ArrayList<>();
  private int accepted;
  private @Nullable Batch refused;
  private @Nullable ExportResult worst;
  private boolean halved;

  private SplitExport(
      Batch batch,
      Predicate<ExportResult> tooLarge,
      Function<Batch, CompletionStage<ExportResult>> export) {
    this.tooLarge = tooLarge;
    this.export = export;
    waiting.add(batch);
  }

  /**
   * Exports a batch, or its parts.
   *
   * @param tooLarge whether a result says that its batch was too large: a PERMANENT one, or one of
   *     a backend that knows what it has taken already, whatever its status
   * @param export exports a part; called again when the stage before has completed, on that thread
   * @return the result of the batch if it was not too large; or else the sum of its parts: PARTIAL
   *     if some were delivered and others refused, PERMANENT if all were refused. The items that
   *     were refused are {@link ExportResult#refused()}
   * @throws VirtualMachineError if {@code export} throws one, and nothing else
   */
  public static CompletionStage<ExportResult> of(
      Batch batch,
      Predicate<ExportResult> tooLarge,
      Function<Batch, CompletionStage<ExportResult>> export) {
    SplitExport split = new SplitExport(batch, tooLarge, export);
    split.proceed();
    return split.promise;
  }

  /** A loop, and no recursion, where parts complete at once: there may be very many. */
  private void proceed() {
    while (!promise.isDone()) {
      Batch part = waiting.remove();
      CompletableFuture<ExportResult> result = begin(part);
      if (!result.isDone()) {
        result.thenAccept(
            later -> {
              ended(part, later);
              proceed();
            });
        return;
      }
      ended(part, result.join());
    }
  }

  private CompletableFuture<ExportResult> begin(Batch part) {
    try {
      return InFlight.attempt(context -> export.apply(part), ExportContext.none())
          .toCompletableFuture();
    } catch (VirtualMachineError e) {
      promise.complete(ExportResult.permanent(e.toString()).withCause(e));
      throw e;
    }
  }

  private void ended(Batch part, ExportResult result) {
    if (part.itemCount() > 1 && tooLarge.test(result)) {
      List<Batch> halves = part.split((part.itemCount() + 1) / 2);
      waiting.addFirst(halves.get(1));
      waiting.addFirst(halves.get(0));
      halved = true;
    } else if (!halved) {
      promise.complete(result);
    } else {
      add(part, result);
    }
  }

  private void add(Batch part, ExportResult result) {
    boolean settled = result.isDelivered() || result.remainder().isPresent();
    accepted += settled ? result.accepted() : 0;
    if (result.status() == Status.PERMANENT && !settled) {
      rejections.add(new Rejection(part.itemCount(), words(result)));
      refuse(part);
    } else if (settled) {
      rejections.addAll(result.rejections());
      result.refused().ifPresent(this::refuse);
    }
    worst = worst == null ? result : ExportResult.worse(worst, result);
    if (result.status() == Status.RETRYABLE || result.status() == Status.SHUTDOWN) {
      Batch left = result.remainder().orElse(part);
      for (Batch other : waiting) {
        left = left.plus(other);
      }
      finish(result, result.status(), left);
    } else if (waiting.isEmpty()) {
      Status status = Status.SUCCESS;
      if (!rejections.isEmpty()) {
        status = accepted == 0 ? Status.PERMANENT : Status.PARTIAL;
      }
      finish(worst, status, null);
    }
  }

  private void finish(ExportResult last, Status status, @Nullable Batch left) {
    // Of what is refused as a whole the status says all.
    List<Rejection> refusals = status == Status.PERMANENT ? List.of() : rejections;
    ExportResult sum = last.summed(status, accepted, refusals, left);
    promise.complete(refused == null ? sum : sum.withRefused(refused));
  }

  private void refuse(Batch items) {
    refused = refused == null ? items : refused.plus(items);
  }

  private static String words(ExportResult result) {
    return result.message().orElse(result.status().name());
  }
}
