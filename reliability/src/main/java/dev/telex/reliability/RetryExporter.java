/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PARTIAL;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Rejection;
import io.github.resilience4j.retry.Retry;
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
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch again after a RETRYABLE result: only the remainder, if there is one.
 *
 * <p>resilience4j keeps the configuration, the counters and the events; we drive it through {@link
 * Retry#asyncContext()}, because its own scheduling leaves promises open when the supplier throws
 * or the scheduler is shut down, and goes on after a cancellation.
 */
final class RetryExporter extends Decorator {

  private static final System.Logger LOGGER =
      System.getLogger(RetryExporter.class.getPackageName());

  private final Exporter inner;
  private final RetryPolicy policy;
  private final Retry retry;
  private final Site site;
  private final Set<Run> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Long closingNanos;

  RetryExporter(Exporter inner, RetryPolicy policy, Site site) {
    this.inner = inner;
    this.policy = policy;
    this.retry = site.retry(policy.toConfig());
    this.site = site;
  }

  @Override
  List<Exporter> inner() {
    return List.of(inner);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    Run run = new Run(batch, context);
    run.attempt();
    return run.promise;
  }

  @Override
  void beginClosing(long deadlineNanos) {
    closingNanos = deadlineNanos;
    waiting.forEach(Run::endIfHopeless);
    super.beginClosing(deadlineNanos);
  }

  @Override
  public String toString() {
    return "Retry(" + inner + ")";
  }

  /** One batch on its way through its attempts; they follow each other, never at the same time. */
  private final class Run {
    private final Batch batch;
    private final ExportContext context;
    private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
    private final Retry.AsyncContext<ExportResult> events = retry.asyncContext();
    private final List<Rejection> rejections = new ArrayList<>();
    private int accepted;
    private int fellBack;
    private int attempt;
    private Batch toSend;
    private boolean listening;

    // Of the wait between two attempts; read by whoever ends it early.
    private volatile @Nullable Wait wait;

    Run(Batch batch, ExportContext context) {
      this.batch = batch;
      this.context = context;
      this.toSend = batch;
    }

    void attempt() {
      attempt++;
      CancellableContext own = CancellableContext.childOf(context, attempt);
      try {
        InFlight.attempt(ctx -> inner.export(toSend, ctx), own)
            .thenAccept(
                result -> {
                  own.release();
                  attempted(result);
                });
      } catch (VirtualMachineError e) {
        own.release();
        promise.complete(ExportResult.permanent(e.toString()).withCause(e));
        throw e;
      }
    }

    private void attempted(ExportResult result) {
      if (result.remainder().filter(this::isForeign).isPresent()) {
        // Nothing that it says of the items can be trusted, so all of them are still to be sent.
        result =
            ExportResult.retryable("the remainder is no part of what was sent: " + result)
                .withOutcomeUnknown();
      }
      accepted += result.accepted();
      fellBack += result.fellBack();
      rejections.addAll(result.rejections());
      toSend = result.remainder().orElse(toSend);
      if (toSend.itemCount() == 0) {
        tell(result);
        finish(result, SUCCESS);
        return;
      }
      if (result.status() != RETRYABLE) {
        tell(result);
        finish(result, result.status());
        return;
      }
      Optional<Duration> delay = context.isCancelled() ? Optional.empty() : nextDelay(result);
      if (delay.isEmpty()) {
        finish(result, RETRYABLE);
        return;
      }
      Wait next = new Wait(result, site.timers().now() + Timers.nanos(delay.get()));
      if (next.isHopeless()) {
        finish(next.failure("shut down before the next attempt"), SHUTDOWN);
        return;
      }
      if (context.remaining().filter(left -> left.compareTo(delay.get()) <= 0).isPresent()) {
        finish(next.failure("the next attempt would come too late"), RETRYABLE);
        return;
      }
      site.listeners().onRetry(site.leg(), toSend, result, delay.get());
      begin(next, delay.get());
    }

    private boolean isForeign(Batch remainder) {
      return remainder.signal() != toSend.signal() || remainder.itemCount() > toSend.itemCount();
    }

    private void begin(Wait next, Duration delay) {
      wait = next;
      waiting.add(this);
      if (!listening) {
        listening = true;
        context.onCancel(() -> endWait("cancelled while it waited to retry", RETRYABLE));
      }
      Optional<Future<?>> timer =
          site.timers().after(delay, () -> next.end(this::attemptElsewhere));
      if (timer.isEmpty()) {
        endWait("the chain's scheduler is shut down", SHUTDOWN);
        return;
      }
      next.timer = timer.get();
      // A cancellation or a shutdown in between has seen neither the wait nor its timer.
      if (next.ended()) {
        timer.get().cancel(false);
      } else if (context.isCancelled()) {
        endWait("cancelled while it waited to retry", RETRYABLE);
      } else {
        endIfHopeless();
      }
    }

    private void attemptElsewhere() {
      waiting.remove(this);
      try {
        // Not on the scheduler's thread: a remainder may have to be encoded.
        site.executor().execute(this::attempt);
      } catch (RejectedExecutionException e) {
        Wait current = wait;
        ExportResult last = current == null ? ExportResult.failure(e) : current.result;
        finish(last.withMessage("no thread for the next attempt: " + e.getMessage()), RETRYABLE);
      }
    }

    void endIfHopeless() {
      Wait current = wait;
      if (current != null && current.isHopeless()) {
        endWait("shut down while it waited to retry", SHUTDOWN);
      }
    }

    private void endWait(String why, ExportResult.Status status) {
      Wait current = wait;
      if (current != null) {
        current.end(
            () -> {
              waiting.remove(this);
              finish(current.failure(why), status);
            });
      }
    }

    private void finish(ExportResult last, ExportResult.Status status) {
      boolean settled = status == SUCCESS || status == PARTIAL;
      ExportResult.Status summed = status == SUCCESS && !rejections.isEmpty() ? PARTIAL : status;
      @Nullable Batch rest = settled || toSend == batch ? null : toSend;
      promise.complete(last.summed(summed, accepted, rejections, rest).withFellBack(fellBack));
    }

    /** The delay before the next attempt, by the policy; empty if there is none. */
    private Optional<Duration> nextDelay(ExportResult result) {
      long millis;
      try {
        millis = events.onResult(result);
        if (millis < 0) {
          events.onComplete();
        }
      } catch (RuntimeException e) {
        // A consumer of resilience4j's events threw: what we do does not depend on it.
        LOGGER.log(System.Logger.Level.WARNING, "a consumer of a retry event threw", e);
        millis = attempt < policy.maxAttempts() ? policy.delay(attempt, result).toMillis() : -1;
      }
      return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private void tell(ExportResult result) {
      try {
        if (result.isDelivered()) {
          events.onComplete();
        } else {
          events.onError(
              result.cause().orElseGet(() -> new IllegalStateException(result.toString())));
        }
      } catch (RuntimeException e) {
        LOGGER.log(System.Logger.Level.WARNING, "a consumer of a retry event threw", e);
      }
    }
  }

  /** The time between two attempts. It ends exactly once: by its timer, or early. */
  private final class Wait {
    private final ExportResult result;
    private final long dueNanos;
    private volatile @Nullable Future<?> timer;
    private boolean ended;

    Wait(ExportResult result, long dueNanos) {
      this.result = result;
      this.dueNanos = dueNanos;
    }

    boolean isHopeless() {
      Long closing = closingNanos;
      return closing != null && dueNanos - closing >= 0;
    }

    ExportResult failure(String why) {
      return result.withMessage(why + ": " + result.message().orElse(result.status().name()));
    }

    synchronized boolean ended() {
      return ended;
    }

    void end(Runnable then) {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
      }
      Future<?> running = timer;
      if (running != null) {
        running.cancel(false);
      }
      then.run();
    }
  }
}
