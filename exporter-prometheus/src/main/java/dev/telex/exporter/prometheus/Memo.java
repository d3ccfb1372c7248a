/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is made once, by the thread that first asks; the others wait for it. An interrupt
 * of one that waits is its own, and what was thrown is remembered by nobody.
 */
final class Memo<T> {

  private final Object lock = new Object();
  private @Nullable CompletableFuture<T> made;

  /**
   * Gives it.
   *
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  T get(Supplier<T> maker) throws InterruptedException {
    while (true) {
      CompletableFuture<T> mine = null;
      CompletableFuture<T> promise;
      synchronized (lock) {
        promise = made;
        if (promise == null) {
          mine = new CompletableFuture<>();
          promise = mine;
          made = mine;
        }
      }
      if (mine != null) {
        return make(mine, maker);
      }
      try {
        return promise.get();
      } catch (ExecutionException e) {
        // Its maker has thrown to its own caller; this thread tries for itself.
      }
    }
  }

  private T make(CompletableFuture<T> mine, Supplier<T> maker) {
    boolean done = false;
    try {
      T value = maker.get();
      mine.complete(value);
      done = true;
      return value;
    } finally {
      if (!done) {
        synchronized (lock) {
          made = null;
        }
        mine.completeExceptionally(new IllegalStateException("its maker threw"));
      }
    }
  }
}
