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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch again after a RETRYABLE result: only the remainder, if there is one.
 *
 * <p>resilience4j keeps the configuration, the counters and the events; we drive it through {@link
 * Retry#asyncContext()}, because its own scheduling leaves promises open when the supplier throws
 * or the scheduler is shut down, and goes on after a cancellation.
 */
final class RetryExporter extends Decorator {

  private final Exporter inner;
  private final RetryPolicy policy;
  private final Retry retry;
  private final Site site;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  RetryExporter(Exporter inner, RetryPolicy policy, Site site) {
    super(Traits.of(inner));
    this.inner = inner;
    this.policy = policy;
    this.retry = site.registries().retry(site.leg(), policy.toConfig());
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
    closing = true;
    waits.forEach(Wait::endBecauseClosing);
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
    private final long begun = site.timers().now();
    private final List<Rejection> rejections = new ArrayList<>();
    private @Nullable Batch refused;
    private int accepted;
    private int fellBack;
    private int attempt;
    private Batch toSend;

    Run(Batch batch, ExportContext context) {
      this.batch = batch;
      this.context = context;
      this.toSend = batch;
    }

    void attempt() {
      attempt++;
      try {
        CancellableContext.childOf(context, attempt)
            .run(own -> inner.export(toSend, own))
            .thenAccept(this::attempted);
      } catch (VirtualMachineError e) {
        promise.complete(ExportResult.permanent(e.toString()).withCause(e));
        throw e;
      }
    }

    private void attempted(ExportResult answer) {
      ExportResult result = settle(answer);
      if (result.status() != RETRYABLE) {
        tell(result);
        finish(result, result.status());
      } else {
        Optional<Duration> delay = context.isCancelled() ? Optional.empty() : nextDelay(result);
        if (delay.isEmpty()) {
          finish(result, RETRYABLE);
        } else {
          retryAfter(delay.get(), result);
        }
      }
    }

    /** Adds what an attempt settled to the sums; what is left of the items is to be sent. */
    private ExportResult settle(ExportResult answer) {
      ExportResult result = Credible.of(answer, toSend);
      Optional<Batch> left = result.remainder();
      if (result.isDelivered() || left.isPresent()) {
        accepted += result.accepted();
        fellBack += result.fellBack();
        rejections.addAll(result.rejections());
        Optional<Batch> more = result.refused().filter(items -> items.isPartOf(toSend));
        refused = refused == null ? more.orElse(null) : more.map(refused::plus).orElse(refused);
      }
      toSend = left.orElse(toSend);
      return result;
    }

    private void retryAfter(Duration delay, ExportResult result) {
      Wait wait = new Wait(this, result);
      long elapsed = site.timers().now() - begun;
      if (closing) {
        wait.endBecauseClosing();
      } else if (Timers.nanos(delay) > Timers.nanos(policy.maxElapsed()) - elapsed) {
        wait.end("no attempt begins later than " + policy.maxElapsed(), RETRYABLE);
      } else if (context.remaining().filter(left -> left.compareTo(delay) <= 0).isPresent()) {
        wait.end("the next attempt would come too late", RETRYABLE);
      } else {
        site.listeners().onRetry(site.leg(), toSend, result, delay);
        wait.begin(delay);
      }
    }

    private void finish(ExportResult last, ExportResult.Status status) {
      boolean settled = status == SUCCESS || status == PARTIAL;
      ExportResult.Status summed = status == SUCCESS && !rejections.isEmpty() ? PARTIAL : status;
      @Nullable Batch rest = settled || toSend == batch ? null : toSend;
      ExportResult sum = last.summed(summed, accepted, rejections, rest).withFellBack(fellBack);
      promise.complete(refused == null ? sum : sum.withRefused(refused));
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
        Events.consumerThrew(e);
        millis = attempt < policy.maxAttempts() ? policy.delay(attempt, result).toMillis() : -1;
      }
      return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private void tell(ExportResult result) {
      Events.quietly(
          () -> {
            if (result.isDelivered()) {
              events.onComplete();
            } else {
              events.onError(Events.failure(result));
            }
          });
    }
  }

  /** The time between two attempts. It ends exactly once: when the next one begins, or early. */
  private final class Wait {
    private final Run run;
    private final ExportResult last;
    private final CancellableContext own;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Timers.@Nullable Timer timer;

    Wait(Run run, ExportResult last) {
      this.run = run;
      this.last = last;
      this.own = CancellableContext.childOf(run.context);
    }

    void begin(Duration delay) {
      waits.add(this);
      timer =
          site.timers()
              .after(
                  delay,
                  this::attemptElsewhere,
                  () -> end("the chain's scheduler is shut down", SHUTDOWN));
      own.onCancel(() -> end("cancelled while it waited to retry", RETRYABLE));
      // A shutdown in between has not seen this wait, and nobody who ended it has seen the timer.
      if (closing) {
        endBecauseClosing();
      }
      if (ended.get()) {
        cancelTimer();
      }
    }

    void endBecauseClosing() {
      end("shut down while it waited to retry", SHUTDOWN);
    }

    /** Ends the run with what happened before. */
    private void finish(String why, ExportResult.Status status) {
      run.finish(
          last.withMessage(why + ": " + last.message().orElse(last.status().name())), status);
    }

    void end(String why, ExportResult.Status status) {
      end(() -> finish(why, status));
    }

    private void end(Runnable then) {
      if (ended.compareAndSet(false, true)) {
        waits.remove(this);
        own.release();
        cancelTimer();
        then.run();
      }
    }

    private void cancelTimer() {
      Timers.Timer running = timer;
      if (running != null) {
        running.cancel();
      }
    }

    private void attemptElsewhere() {
      try {
        // Not on the scheduler's thread: a remainder may have to be encoded. Until there is another
        // one it still waits, so that whoever ends it then gets the sums, too.
        site.executor().execute(() -> end(run::attempt));
      } catch (RejectedExecutionException e) {
        end("no thread for the next attempt (" + e.getMessage() + ")", RETRYABLE);
      }
    }
  }
}
