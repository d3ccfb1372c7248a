/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests: for something that will happen, with a limit that only a hang reaches. */
final class Await {

  private static final long LIMIT_SECONDS = 30;

  private Await() {}

  static <T> T result(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** For conditions that nothing announces, such as the state of a thread. */
  static void until(String what, BooleanSupplier condition) {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - limit > 0) {
        throw new AssertionError("did not happen: " + what);
      }
      LockSupport.parkNanos(100_000);
    }
  }

  static void waiting(Thread thread) {
    until(thread + " waits", () -> thread.getState() == Thread.State.WAITING);
  }
}
