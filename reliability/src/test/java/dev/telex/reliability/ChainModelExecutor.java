/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** An executor without threads: runs tasks at once, or when the model says so. */
final class ChainModelExecutor implements Executor {

  private enum Next {
    TAKE,
    REJECT,
    DROP
  }

  private final boolean queued;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private Next next = Next.TAKE;
  private int lost;

  ChainModelExecutor(boolean queued) {
    this.queued = queued;
  }

  void rejectNext() {
    next = Next.REJECT;
  }

  void dropNext() {
    next = Next.DROP;
  }

  boolean isDirect() {
    return !queued;
  }

  /** How many tasks were refused or thrown away. */
  int lost() {
    return lost;
  }

  int waiting() {
    return tasks.size();
  }

  void run(int count) {
    for (int i = 0; i < count && !tasks.isEmpty(); i++) {
      tasks.remove().run();
    }
  }

  @Override
  public void execute(Runnable task) {
    Next what = next;
    next = Next.TAKE;
    if (what == Next.TAKE) {
      if (queued) {
        tasks.add(task);
      } else {
        task.run();
      }
      return;
    }
    lost++;
    if (what == Next.REJECT) {
      throw new RejectedExecutionException("the model rejects a task");
    }
  }
}
