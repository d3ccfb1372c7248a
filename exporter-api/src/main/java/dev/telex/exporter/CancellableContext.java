/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The context that decorators and callers make: it can be cancelled, and passes a cancellation of
 * its parent on.
 *
 * <p>Whoever makes a child runs the child's export with {@link #run}, or calls {@link #release()}
 * when it has ended, so that a long-lived parent does not collect them.
 */
public final class CancellableContext implements ExportContext {

  static final ExportContext NONE = new CancellableContext(null, 1, null, System::nanoTime);

  private static final System.Logger LOGGER =
      System.getLogger(CancellableContext.class.getPackageName());

  private final @Nullable ExportContext parent;
  private final int attempt;
  private final @Nullable Long deadlineNanos;
  private final LongSupplier nanoTime;

  private final Object lock = new Object();
  private @Nullable List<Runnable> aborts = new ArrayList<>(2);
  private @Nullable Runnable answer;
  private boolean cancelled;

  private CancellableContext(
      @Nullable ExportContext parent,
      int attempt,
      @Nullable Long deadlineNanos,
      LongSupplier nanoTime) {
    this.parent = parent;
    this.attempt = attempt;
    this.deadlineNanos = deadlineNanos;
    this.nanoTime = nanoTime;
  }

  /** A context of a first attempt without a limit of time. */
  public static CancellableContext create() {
    return new CancellableContext(null, 1, null, System::nanoTime);
  }

  /** A child with the attempt and the limit of its parent. */
  public static CancellableContext childOf(ExportContext parent) {
    return adopt(parent, new CancellableContext(parent, parent.attempt(), null, System::nanoTime));
  }

  /**
   * A child for another attempt.
   *
   * @param attempt 1 or more
   */
  public static CancellableContext childOf(ExportContext parent, int attempt) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt is " + attempt + ": want 1 or more");
    }
    return adopt(parent, new CancellableContext(parent, attempt, null, System::nanoTime));
  }

  /**
   * A child whose time is limited, by {@code timeout} or by what its parent has left, whichever is
   * less. The limit only informs; whoever set it cancels the child when it is over.
   *
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  public static CancellableContext childOf(
      ExportContext parent, Duration timeout, LongSupplier nanoTime) {
    return adopt(
        parent,
        new CancellableContext(
            parent, parent.attempt(), nanoTime.getAsLong() + Nanos.of(timeout), nanoTime));
  }

  /**
   * Runs an export under this context, and {@linkplain #release releases} it when the export ends.
   *
   * <p>An export that has not answered when all callbacks of a cancellation have run is answered
   * for: RETRYABLE, with an unknown outcome. It is not begun if this context is cancelled already.
   *
   * @return completes with the result, never exceptionally
   * @throws VirtualMachineError if {@code start} throws one, and nothing else
   */
  public CompletionStage<ExportResult> run(InFlight.Start start) {
    CompletableFuture<ExportResult> result = new CompletableFuture<>();
    CompletionStage<ExportResult> released =
        result.thenApply(
            ended -> {
              release();
              return ended;
            });
    synchronized (lock) {
      if (!cancelled) {
        answer = () -> result.complete(unanswered());
      }
    }
    if (isCancelled()) {
      result.complete(ExportResult.retryable("cancelled before it began"));
      return released;
    }
    try {
      InFlight.attempt(start, this).thenAccept(result::complete);
    } catch (VirtualMachineError e) {
      release();
      throw e;
    }
    return released;
  }

  /**
   * Cancels this context and its children. Only the first call does anything.
   *
   * @throws VirtualMachineError if a callback throws one, after all others have run
   */
  public void cancel() {
    List<Runnable> waiting;
    synchronized (lock) {
      if (cancelled || this == NONE) {
        return;
      }
      cancelled = true;
      waiting = aborts == null ? new ArrayList<>(1) : aborts;
      if (answer != null) {
        waiting.add(answer);
      }
      aborts = null;
      answer = null;
    }
    VirtualMachineError fatal = null;
    for (Runnable abort : waiting) {
      try {
        run(abort);
      } catch (VirtualMachineError e) {
        fatal = e;
      }
    }
    if (fatal != null) {
      throw fatal;
    }
  }

  /**
   * Forgets the callbacks and leaves the parent, if that is a {@code CancellableContext}: the
   * export has ended. Callbacks that are given later are not kept either.
   */
  public void release() {
    synchronized (lock) {
      aborts = null;
      answer = null;
    }
    if (parent instanceof CancellableContext known) {
      known.forget(this);
    }
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Optional<Duration> remaining() {
    Optional<Duration> above = parent == null ? Optional.empty() : parent.remaining();
    if (deadlineNanos == null) {
      return above;
    }
    Duration own = Duration.ofNanos(Math.max(0, deadlineNanos - nanoTime.getAsLong()));
    return Optional.of(above.filter(limit -> limit.compareTo(own) < 0).orElse(own));
  }

  @Override
  public boolean isCancelled() {
    synchronized (lock) {
      return cancelled;
    }
  }

  @Override
  public void onCancel(Runnable abort) {
    if (this == NONE) {
      return;
    }
    synchronized (lock) {
      if (!cancelled) {
        if (aborts != null) {
          aborts.add(abort);
        }
        return;
      }
    }
    run(abort);
  }

  private static ExportResult unanswered() {
    return ExportResult.retryable("cancelled before it answered").withOutcomeUnknown();
  }

  private static CancellableContext adopt(ExportContext parent, CancellableContext child) {
    parent.onCancel(new ChildCancel(child));
    return child;
  }

  private void forget(CancellableContext child) {
    synchronized (lock) {
      if (aborts != null) {
        aborts.remove(new ChildCancel(child));
      }
    }
  }

  private static void run(Runnable abort) {
    try {
      abort.run();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      // The other callbacks must still run, and whoever cancels can do nothing about this one.
      LOGGER.log(System.Logger.Level.WARNING, "an export's onCancel callback threw", e);
    }
  }

  /** Equal for the same child, so that it can be found and removed again. */
  private record ChildCancel(CancellableContext child) implements Runnable {
    @Override
    public void run() {
      child.cancel();
    }
  }
}
