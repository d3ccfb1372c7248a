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
import dev.telex.exporter.InFlight;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/**
 * Ends an export that takes too long.
 *
 * <p>resilience4j keeps the configuration and the events. Its {@code decorateCompletionStage} would
 * leave the timers of failed calls in the queue, and could not reach the call underneath.
 */
final class TimeoutExporter extends Decorator {

  private final Exporter inner;
  private final TimeLimiter limiter;
  private final Duration timeout;
  private final Timers timers;

  TimeoutExporter(Exporter inner, Duration timeout, Site site) {
    this.inner = inner;
    this.limiter =
        site.timeLimiter(
            TimeLimiterConfig.custom().timeoutDuration(timeout).cancelRunningFuture(false).build());
    this.timeout = limiter.getTimeLimiterConfig().getTimeoutDuration();
    this.timers = site.timers();
  }

  @Override
  List<Exporter> inner() {
    return List.of(inner);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    CancellableContext limited = CancellableContext.childOf(context, timeout, timers.nanoTime());
    CompletableFuture<ExportResult> promise = new CompletableFuture<>();
    Optional<Future<?>> timer =
        timers.after(
            timeout,
            () -> {
              if (promise.complete(timedOut())) {
                limiter.onError(new TimeoutException());
                limited.cancel();
              }
            });
    if (timer.isEmpty()) {
      limited.release();
      return ExportResult.shutdown("the chain's scheduler is shut down").completed();
    }
    try {
      InFlight.attempt(own -> inner.export(batch, own), limited)
          .thenAccept(
              result -> {
                timer.get().cancel(false);
                limited.release();
                if (promise.complete(result)) {
                  tell(result);
                }
              });
    } catch (VirtualMachineError e) {
      timer.get().cancel(false);
      limited.release();
      throw e;
    }
    return promise;
  }

  @Override
  public String toString() {
    return "Timeout(" + inner + ")";
  }

  private void tell(ExportResult result) {
    if (result.isDelivered()) {
      limiter.onSuccess();
    } else {
      limiter.onError(result.cause().orElseGet(() -> new IllegalStateException(result.toString())));
    }
  }

  private ExportResult timedOut() {
    return ExportResult.retryable("timed out after " + timeout.toMillis() + " ms")
        .withCause(new TimeoutException("timed out after " + timeout.toMillis() + " ms"))
        .withOutcomeUnknown();
  }
}
