/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Leg;
import dev.telex.exporter.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Hands what the primary could not deliver to another exporter: all of it, or the remainder.
 *
 * <p>It acts on RETRYABLE, PERMANENT and SHUTDOWN, not on PARTIAL, which settles everything, and
 * not when the caller cancelled. When the chain closes, a primary that is still at work is
 * cancelled early enough for the fallback to take over.
 */
final class FallbackExporter extends Decorator {

  /** How much of the grace of a shutdown is kept for the fallback: a fifth, at most this. */
  private static final Duration MAX_RESERVE = Duration.ofSeconds(2);

  private final Exporter primary;
  private final Exporter fallback;
  private final Site site;
  private final Set<Handover> primaries = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Future<?> givingUp;

  FallbackExporter(Exporter primary, Exporter fallback, Site site) {
    this.primary = primary;
    this.fallback = fallback;
    this.site = site;
  }

  @Override
  List<Exporter> inner() {
    return List.of(primary, fallback);
  }

  @Override
  public Delivery delivery() {
    return fallback.delivery() == Delivery.BEST_EFFORT ? Delivery.BEST_EFFORT : primary.delivery();
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    Handover handover = new Handover(batch, context);
    if (!primary.signals().contains(batch.signal())) {
      handover.primaryEnded(ExportResult.unsupported(primary.name(), batch));
      return handover.promise;
    }
    primaries.add(handover);
    try {
      InFlight.attempt(own -> primary.export(batch, own), handover.own)
          .thenAccept(handover::primaryEnded);
    } catch (VirtualMachineError e) {
      handover.primaryEnded(ExportResult.permanent(e.toString()).withCause(e));
      throw e;
    }
    return handover.promise;
  }

  @Override
  void beginClosing(long deadlineNanos) {
    long left = Math.max(0, deadlineNanos - site.timers().now());
    long reserve = Math.min(left / 5, MAX_RESERVE.toNanos());
    if (left > 0) {
      givingUp =
          site.timers()
              .after(Duration.ofNanos(left - reserve), () -> primaries.forEach(Handover::giveUp))
              .orElse(null);
    }
    // The primary may use its own part of the grace; so may what is inside of it.
    if (primary instanceof Decorator decorator) {
      decorator.beginClosing(deadlineNanos - reserve);
    }
    if (fallback instanceof Decorator decorator) {
      decorator.beginClosing(deadlineNanos);
    }
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    Future<?> timer = givingUp;
    if (timer != null) {
      timer.cancel(false);
    }
    return super.shutdown(grace);
  }

  @Override
  public String toString() {
    return "Fallback(" + primary + ", " + fallback + ")";
  }

  /** One batch with the primary, and then maybe with the fallback. */
  private final class Handover {
    private final Batch batch;
    private final ExportContext context;
    private final CancellableContext own;
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
    private final AtomicBoolean primaryEnded = new AtomicBoolean();

    Handover(Batch batch, ExportContext context) {
      this.batch = batch;
      this.context = context;
      this.own = CancellableContext.childOf(context);
    }

    void giveUp() {
      own.cancel();
      // Most exporters have answered by now; one that ignores its context must not keep the items.
      primaryEnded(
          ExportResult.shutdown(primary.name() + " was not done before the shutdown")
              .withOutcomeUnknown());
    }

    void primaryEnded(ExportResult result) {
      if (!primaryEnded.compareAndSet(false, true)) {
        return;
      }
      primaries.remove(this);
      own.release();
      if (result.isDelivered() || context.isCancelled()) {
        promise.complete(result);
        return;
      }
      Batch handed = result.remainder().orElse(batch);
      if (!fallback.signals().contains(batch.signal())) {
        promise.complete(join(result, handed, ExportResult.unsupported(fallback.name(), handed)));
        return;
      }
      site.listeners().onFallback(site.leg(), handed, result);
      try {
        site.executor().execute(() -> handOver(handed, result));
      } catch (RejectedExecutionException e) {
        promise.complete(join(result, handed, ExportResult.failure(e)));
      }
    }

    private void handOver(Batch handed, ExportResult failure) {
      CancellableContext second = CancellableContext.childOf(context);
      try {
        InFlight.attempt(ctx -> fallback.export(handed, ctx), second)
            .thenAccept(
                result -> {
                  second.release();
                  promise.complete(join(failure, handed, result));
                });
      } catch (VirtualMachineError e) {
        second.release();
        promise.complete(failure);
        throw e;
      }
    }

    private ExportResult join(ExportResult first, Batch handed, ExportResult second) {
      List<Rejection> rejections = new ArrayList<>(first.rejections());
      rejections.addAll(second.rejections());
      ExportResult.Status status =
          second.isDelivered()
              ? (rejections.isEmpty() ? SUCCESS : PARTIAL)
              : ExportResult.worse(first, second).status();
      Batch left = second.isDelivered() ? batch : second.remainder().orElse(handed);
      String why = first.message().orElse(first.status().name());
      ExportResult joined =
          first
              .summed(status, first.accepted(), rejections, left == batch ? null : left)
              .withFellBack(first.fellBack() + second.accepted() + second.fellBack())
              .withLegs(List.of(new Leg("primary", first), new Leg("fallback", second)))
              .withMessage(
                  second.isDelivered()
                      ? "fell back to " + fallback.name() + ": " + why
                      : why
                          + "; and the fallback "
                          + fallback.name()
                          + ": "
                          + second.message().orElse(second.status().name()));
      Optional<Throwable> cause = first.cause();
      if (cause.isEmpty()) {
        return second.cause().map(joined::withCause).orElse(joined);
      }
      second.cause().filter(other -> other != cause.get()).ifPresent(cause.get()::addSuppressed);
      return joined;
    }
  }
}
