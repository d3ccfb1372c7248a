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
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Ends an export that takes too long: it is cancelled, and what it answers to that, or is answered
 * for it, becomes a timeout. So what it delivered before is not forgotten.
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
    super(Traits.of(inner));
    this.inner = inner;
    this.limiter =
        site.registries()
            .timeLimiter(
                site.leg(),
                TimeLimiterConfig.custom()
                    .timeoutDuration(timeout)
                    .cancelRunningFuture(false)
                    .build());
    this.timeout = limiter.getTimeLimiterConfig().getTimeoutDuration();
    this.timers = site.timers();
  }

  @Override
  List<Exporter> inner() {
    return List.of(inner);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    Limit limit = new Limit(CancellableContext.childOf(context, timeout, timers.nanoTime()));
    Timers.Timer timer =
        timers.after(
            timeout,
            () -> limit.end(this::timedOut),
            () -> limit.end(TimeoutExporter::withoutScheduler));
    try {
      return limit
          .context
          .run(own -> inner.export(batch, own))
          .thenApply(
              result -> {
                timer.cancel();
                return ended(limit, result);
              });
    } catch (VirtualMachineError e) {
      timer.cancel();
      throw e;
    }
  }

  @Override
  public String toString() {
    return "Timeout(" + inner + ")";
  }

  private ExportResult ended(Limit limit, ExportResult result) {
    UnaryOperator<ExportResult> why = limit.why;
    // It may have been delivered just then.
    ExportResult last = why == null || result.isDelivered() ? result : why.apply(result);
    Events.quietly(
        () -> {
          if (last.isDelivered()) {
            limiter.onSuccess();
          } else {
            limiter.onError(Events.failure(last));
          }
        });
    return last;
  }

  private ExportResult timedOut(ExportResult result) {
    String after = "timed out after " + timeout.toMillis() + " ms";
    // RETRYABLE also if an exporter takes its own abort for something worse.
    return as(ExportResult.Status.RETRYABLE, result)
        .withMessage(after + result.message().map(words -> ": " + words).orElse(""))
        .withCause(new TimeoutException(after));
  }

  private static ExportResult withoutScheduler(ExportResult result) {
    return as(ExportResult.Status.SHUTDOWN, result)
        .withMessage("the chain's scheduler is shut down");
  }

  private static ExportResult as(ExportResult.Status status, ExportResult result) {
    return result.summed(
        status, result.accepted(), result.rejections(), result.remainder().orElse(null));
  }

  /** The limit of one export. */
  private static final class Limit {
    private final CancellableContext context;
    private volatile @Nullable UnaryOperator<ExportResult> why;

    Limit(CancellableContext context) {
      this.context = context;
    }

    void end(UnaryOperator<ExportResult> reason) {
      why = reason;
      context.cancel();
    }
  }
}
