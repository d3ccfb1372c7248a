/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands what the primary did not deliver to another exporter: all of it, the remainder, what was
 * refused, or both of these.
 *
 * <p>It does not act when the caller cancelled. When the chain closes, a primary that is still at
 * work is cancelled early enough for the fallback to take over.
 */
final class FallbackExporter extends Decorator {

  /** How much of the grace of a shutdown is kept for the fallback: a fifth, at most this. */
  private static final Duration MAX_RESERVE = Duration.ofSeconds(2);

  private final Exporter primary;
  private final Exporter fallback;
  private final FallbackPolicy policy;
  private final Site site;
  private final Primary state;
  private final Set<CancellableContext> primaries = ConcurrentHashMap.newKeySet();
  private volatile Timers.@Nullable Timer givingUp;

  FallbackExporter(Exporter primary, Exporter fallback, FallbackPolicy policy, Site site) {
    super(Traits.of(primary).backedBy(Traits.of(fallback)));
    this.primary = primary;
    this.fallback = fallback;
    this.policy = policy;
    this.site = site;
    this.state = new Primary(primary.name(), policy, site);
  }

  @Override
  List<Exporter> inner() {
    return List.of(primary, fallback);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    Handover handover = new Handover(batch, context);
    if (!primary.signals().contains(batch.signal())) {
      handover.handOver(ExportResult.unsupported(primary.name(), batch), batch);
      return handover.promise;
    }
    OptionalInt asked = state.ask();
    if (asked.isPresent()) {
      handover.askPrimary(asked.getAsInt());
    } else {
      handover.handOver(state.passedOver(), batch);
    }
    return handover.promise;
  }

  @Override
  void beginClosing(long deadlineNanos) {
    long left = Math.max(0, deadlineNanos - site.timers().now());
    long reserve = Math.min(left / 5, MAX_RESERVE.toNanos());
    // First the fallback: what the primary ends is handed over at once.
    if (fallback instanceof Decorator decorator) {
      decorator.beginClosing(deadlineNanos);
    }
    // The primary may use its own part of the grace; so may what is inside of it.
    if (primary instanceof Decorator decorator) {
      decorator.beginClosing(deadlineNanos - reserve);
    }
    if (left > 0) {
      Runnable giveUp = () -> primaries.forEach(CancellableContext::cancel);
      givingUp = site.timers().after(Duration.ofNanos(left - reserve), giveUp, giveUp);
    }
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    Timers.Timer timer = givingUp;
    if (timer != null) {
      timer.cancel();
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
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();

    Handover(Batch batch, ExportContext context) {
      this.batch = batch;
      this.context = context;
    }

    void askPrimary(int asked) {
      CancellableContext own = CancellableContext.childOf(context);
      primaries.add(own);
      try {
        own.run(ctx -> primary.export(batch, ctx))
            .thenAccept(
                answer -> {
                  primaries.remove(own);
                  ExportResult result = Credible.of(answer, batch);
                  // A cancellation says nothing of the primary, but that of a timeout does.
                  state.ended(asked, result, !own.isCancelled() || isOutOfTime());
                  undelivered(result)
                      .filter(items -> !context.isCancelled())
                      .ifPresentOrElse(
                          items -> handOver(result, items), () -> promise.complete(result));
                });
      } catch (VirtualMachineError e) {
        primaries.remove(own);
        state.ended(asked, ExportResult.success(), false);
        promise.complete(ExportResult.permanent(e.toString()).withCause(e));
        throw e;
      }
    }

    /** Hands over what {@code first} did not deliver. */
    void handOver(ExportResult first, Batch items) {
      if (!fallback.signals().contains(batch.signal())) {
        joined(first, items, ExportResult.unsupported(fallback.name(), items));
        return;
      }
      site.listeners().onFallback(site.leg(), items, first);
      try {
        // What waits for a thread is under way: whoever cancels it then gets both results.
        CancellableContext.childOf(context)
            .run(own -> site.onExecutor(fallback, items, own))
            .thenAccept(second -> joined(first, items, second));
      } catch (VirtualMachineError e) {
        joined(first, items, ExportResult.permanent(e.toString()).withCause(e));
        throw e;
      }
    }

    private boolean isOutOfTime() {
      return context.remaining().filter(Duration::isZero).isPresent();
    }

    /** What the fallback is to take; empty for nothing. */
    private Optional<Batch> undelivered(ExportResult first) {
      Optional<Batch> refused =
          first.refused().filter(items -> policy.takesRefused() && items.isPartOf(batch));
      if (first.isDelivered()) {
        return refused;
      }
      if (first.status() == ExportResult.Status.PERMANENT && !policy.takesRefused()) {
        return Optional.empty();
      }
      Batch left = first.remainder().orElse(batch);
      return Optional.of(left == batch ? batch : refused.map(left::plus).orElse(left));
    }

    private void joined(ExportResult first, Batch handed, ExportResult second) {
      ExportResult credible = Credible.of(second, handed);
      promise.complete(FallbackResult.of(batch, first, handed, credible, fallback.name()));
    }
  }
}
