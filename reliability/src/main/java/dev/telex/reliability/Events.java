/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;

/** Tells resilience4j what happened; what we do does not depend on who listens there. */
final class Events {

  private static final System.Logger LOGGER = System.getLogger(Events.class.getPackageName());

  private Events() {}

  /** Runs {@code event}; logs what a consumer of the event throws. */
  static void quietly(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      consumerThrew(e);
    }
  }

  static void consumerThrew(RuntimeException e) {
    LOGGER.log(System.Logger.Level.WARNING, "a consumer of a resilience4j event threw", e);
  }

  /** A result as the exception that resilience4j wants to see. */
  static Throwable failure(ExportResult result) {
    return result.cause().orElseGet(() -> new IllegalStateException(result.toString()));
  }
}
