/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.util.Optional;

/** What decorators believe of what an exporter says. */
final class Credible {

  private Credible() {}

  /**
   * The result of an export, if what it leaves is some of what was sent. If that is nothing then
   * all is settled, and if it is something else then nothing that it says can be trusted, so that
   * all is still to be sent.
   */
  static ExportResult of(ExportResult result, Batch sent) {
    Optional<Batch> left = result.remainder();
    if (left.isEmpty()) {
      return result;
    }
    if (!left.get().isPartOf(sent)) {
      return ExportResult.retryable("the remainder is no part of what was sent: " + result)
          .withOutcomeUnknown();
    }
    return left.get().itemCount() > 0
        ? result
        : result.summed(
            result.rejections().isEmpty() ? Status.SUCCESS : Status.PARTIAL,
            result.accepted(),
            result.rejections(),
            null);
  }
}
