/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

/** Gets a worker to look after its queue. Safe for use by several threads. */
interface Waker {

  /** Wakes the worker, or lets it look once more if it is awake. */
  void wake();
}
