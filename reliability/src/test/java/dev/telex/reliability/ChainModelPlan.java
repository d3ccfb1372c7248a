/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.util.List;

/** A chain as the model is to build it. */
sealed interface ChainModelPlan {

  /** A faulty exporter. */
  record Leaf(ChainModelScript script) implements ChainModelPlan {
    @Override
    public String toString() {
      return script.toString();
    }
  }

  record Timeout(ChainModelPlan inner, int millis) implements ChainModelPlan {}

  /**
   * Retries.
   *
   * @param maxElapsedMillis 0 for no limit
   */
  record Retry(ChainModelPlan inner, int maxAttempts, int backoffMillis, int maxElapsedMillis)
      implements ChainModelPlan {}

  /** A fallback to the first of the others, which has one to the second, and so on. */
  record Fallback(ChainModelPlan inner, Policy policy, List<ChainModelPlan> others)
      implements ChainModelPlan {}

  /**
   * Several legs.
   *
   * @param wanted how many acknowledged successes; 0 for all legs
   */
  record FanOut(int wanted, List<ChainModelPlan> legs) implements ChainModelPlan {}

  /**
   * Of a fallback.
   *
   * @param passOverAfter 0 for never
   */
  record Policy(boolean takesRefused, int passOverAfter, int probeAfterMillis) {}
}
