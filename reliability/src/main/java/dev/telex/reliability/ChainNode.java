/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Exporter;
import java.time.Duration;
import java.util.List;

/** What a chain is made of, before it is built: immutable, and without any thread. */
sealed interface ChainNode {

  /** The exporter that somebody made. */
  record Leaf(Exporter exporter) implements ChainNode {}

  /** A timeout around {@code inner}. */
  record Timeout(ChainNode inner, Duration timeout) implements ChainNode {}

  /** Retries around {@code inner}. */
  record Retry(ChainNode inner, RetryPolicy policy) implements ChainNode {}

  /** A fallback behind {@code inner}. */
  record Fallback(ChainNode inner, FallbackPolicy policy, ExporterChain fallback)
      implements ChainNode {}

  /** Several chains side by side. */
  record FanOut(Join join, List<ExporterChain> legs) implements ChainNode {}
}
