/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * Where in a chain a decorator stands.
 *
 * @param leg the name of its leg, for listeners and messages
 * @param timers the chain's clock and timers
 * @param executor runs what must not run on a transport's or the scheduler's thread
 * @param listeners those of the chain and of the leg
 * @param registries where resilience4j keeps its part
 */
record Site(
    String leg, Timers timers, Executor executor, Listeners listeners, Registries registries) {

  /** The same place, with further listeners. */
  Site with(List<ExportListener> more) {
    return new Site(leg, timers, executor, listeners.and(more), registries);
  }
}
