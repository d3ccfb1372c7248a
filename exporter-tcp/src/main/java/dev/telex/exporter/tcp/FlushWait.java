/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody waits until all clients have what is in the stream now. Only its future is shared. */
final class FlushWait {

  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final long target;
  private final Duration limit;
  private final long deadlineNanos;
  private long lost;

  FlushWait(long target, long now, Duration limit) {
    this.target = target;
    this.limit = limit;
    this.deadlineNanos = now + limit.toNanos();
  }

  CompletableFuture<ExportResult> promise() {
    return promise;
  }

  long target() {
    return target;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** A client will not get the messages from one to before another. */
  void skipped(long from, long to) {
    lost += Math.max(0, Math.min(to, target) - from);
  }

  void done() {
    promise.complete(
        lost == 0
            ? ExportResult.success()
            : ExportResult.success()
                .summed(ExportResult.Status.PARTIAL, 0, List.of(rejection()), null)
                .withMessage(rejection().reason()));
  }

  void late(int behind, int listening) {
    promise.complete(
        ExportResult.retryable(
            behind + " of " + listening + " clients have not taken everything within " + limit));
  }

  private Rejection rejection() {
    return new Rejection(
        (int) Math.min(Integer.MAX_VALUE, lost),
        lost + " messages were lost by clients that were slow or left");
  }
}
