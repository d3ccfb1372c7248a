/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One batch on its way to the target.
 *
 * <p>A write that has begun is not interrupted when its export is cancelled: the interrupt would
 * close the file for everybody, also one of the user's logging framework. It goes on by itself, and
 * its outcome is unknown.
 */
final class WriteTask implements Runnable {

  private enum State {
    WAITING,
    WRITING,
    OVER
  }

  private final Target target;
  private final Batch batch;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private State state = State.WAITING;

  WriteTask(Target target, Batch batch) {
    this.target = target;
    this.batch = batch;
  }

  /** Completes with the result. */
  CompletionStage<ExportResult> result() {
    return promise;
  }

  /**
   * Ends the waiting for it.
   *
   * @param shutdown whether that is because the exporter is shut down
   */
  void cancel(boolean shutdown) {
    boolean writing;
    synchronized (this) {
      writing = state == State.WRITING;
      state = State.OVER;
    }
    String when = writing ? "while it wrote" : "before it began";
    ExportResult result =
        shutdown
            ? ExportResult.shutdown("shut down " + when)
            : ExportResult.retryable("cancelled " + when);
    promise.complete(writing ? result.withOutcomeUnknown() : result);
  }

  @Override
  public void run() {
    synchronized (this) {
      if (state != State.WAITING) {
        return;
      }
      state = State.WRITING;
    }
    ExportResult result = ExportResult.permanent("the exporter's thread died");
    try {
      result = target.write(batch);
    } catch (VirtualMachineError e) {
      result = ExportResult.permanent(e.toString()).withCause(e);
      throw e;
    } catch (Throwable e) {
      result = ExportResult.failure(e);
    } finally {
      promise.complete(result);
    }
  }
}
