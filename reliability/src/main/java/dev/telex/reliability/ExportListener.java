/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import java.time.Duration;

/**
 * Is told what happens to the batches of a chain.
 *
 * <p>A leg is each argument of a fan-out, or the whole chain if it is not itself a fan-out. Legs of
 * a fan-out inside a leg are named {@code outer/inner}.
 *
 * <p>The methods are called on whatever thread the event happens, possibly by several at once, and
 * must not block. What they throw is logged and has no other effect.
 *
 * @see DeliveryStats
 */
public interface ExportListener {

  /**
   * A leg is done with a batch. Called exactly once for each batch that the leg was given.
   *
   * @param leg the leg's name
   * @param batch what the leg was given
   * @param result what it answered, all attempts and the fallback included
   */
  default void onResult(String leg, Batch batch, ExportResult result) {}

  /**
   * An attempt failed and another one will follow.
   *
   * @param leg the leg's name
   * @param batch what will be sent again
   * @param failure the result of the attempt that failed
   * @param delay the time until the next attempt
   */
  default void onRetry(String leg, Batch batch, ExportResult failure, Duration delay) {}

  /**
   * A batch is handed to the fallback.
   *
   * @param leg the leg's name
   * @param batch what is handed over
   * @param failure why
   */
  default void onFallback(String leg, Batch batch, ExportResult failure) {}

  /**
   * Batches begin or cease to go to the primary of a fallback; see {@link FallbackPolicy}.
   *
   * @param leg the leg's name
   * @param primary the primary's name
   * @param state from now on; {@link PrimaryState#USED} at the beginning, which is not told
   */
  default void onPrimaryState(String leg, String primary, PrimaryState state) {}
}
