/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

/** The side of a queue that instrumented code sees. Safe for use by several threads. */
interface Inlet<E> {

  /** Queues an item, or counts why not. Never throws for a full or closed queue. */
  void offer(E item);
}
