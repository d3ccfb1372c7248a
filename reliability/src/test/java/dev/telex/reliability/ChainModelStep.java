/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Signal;

/** One thing that happens to a chain. What is chosen by an index is chosen modulo what there is. */
sealed interface ChainModelStep {

  /** Under which context an export runs. */
  enum Caller {
    OWN_CONTEXT,
    SHARED_CONTEXT,
    NO_CONTEXT,
    CANCELLED_CONTEXT,
    LIMITED_CONTEXT
  }

  record Export(Signal signal, int size, Caller caller, int limitMillis)
      implements ChainModelStep {}

  record Flush() implements ChainModelStep {}

  record Shutdown(int graceMillis) implements ChainModelStep {}

  record CancelContext(int export) implements ChainModelStep {}

  record CancelFuture(int export) implements ChainModelStep {}

  /** Lets time pass; with 0 until the next timer is due. */
  record Advance(int millis) implements ChainModelStep {}

  /** Lets a leaf answer that holds its answer back. */
  record Answer(int held) implements ChainModelStep {}

  /** Runs tasks that wait in the executor. */
  record RunTasks(int count) implements ChainModelStep {}

  /** The next task is refused. */
  record RejectTask() implements ChainModelStep {}

  /** The next task is thrown away without a word. */
  record DropTask() implements ChainModelStep {}

  /** The owner of the scheduler shuts it down before the chain. */
  record KillScheduler(boolean now) implements ChainModelStep {}
}
