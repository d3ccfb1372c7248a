/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of several parts of a batch, of which each has one. */
final class Summary {

  private final List<Rejection> rejections = new ArrayList<>();
  private int accepted;
  private int items;
  private int leftItems;
  private @Nullable Batch left;
  private @Nullable Batch refused;
  private @Nullable ExportResult worst;
  private @Nullable Duration retryAfter;
  private boolean outcomeUnknown;

  /**
   * Adds a part.
   *
   * @param result null if it was not begun
   */
  void add(Batch part, @Nullable ExportResult result) {
    items += part.itemCount();
    if (result == null) {
      leave(part);
      return;
    }
    worst = worst == null ? result : ExportResult.worse(worst, result);
    outcomeUnknown |= result.outcomeUnknown();
    result.retryAfter().ifPresent(this::delay);
    Batch remainder = result.remainder().orElse(null);
    boolean isSettled = result.isDelivered() || remainder != null;
    if (isSettled) {
      accepted += result.accepted();
      rejections.addAll(result.rejections());
      result.refused().ifPresent(this::refuse);
    }
    if (result.status() == Status.PERMANENT && !isSettled) {
      rejections.add(new Rejection(part.itemCount(), result.message().orElse("refused")));
      refuse(part);
    } else if (remainder != null) {
      leave(remainder);
    } else if (!isSettled) {
      leave(part);
    }
  }

  /**
   * SUCCESS, PARTIAL or PERMANENT if all is settled; or else the status of the worst part, with
   * what is left as the remainder, unless that is all.
   *
   * @throws IllegalStateException if no part had a result
   */
  ExportResult result() {
    ExportResult base = worst;
    if (base == null) {
      throw new IllegalStateException("no part has a result");
    }
    Status status;
    if (left != null) {
      status = base.status();
    } else if (rejections.isEmpty()) {
      status = Status.SUCCESS;
    } else {
      status = accepted == 0 ? Status.PERMANENT : Status.PARTIAL;
    }
    // Of what is refused as a whole the status says all.
    List<Rejection> refusals = status == Status.PERMANENT ? List.of() : rejections;
    ExportResult sum =
        base.summed(status, accepted, refusals, leftItems == items ? null : left)
            .withRefused(refused);
    sum = retryAfter == null ? sum : sum.withRetryAfter(retryAfter);
    return outcomeUnknown ? sum.withOutcomeUnknown() : sum;
  }

  private void leave(Batch items) {
    leftItems += items.itemCount();
    left = left == null ? items : left.plus(items);
  }

  private void refuse(Batch items) {
    refused = refused == null ? items : refused.plus(items);
  }

  private void delay(Duration asked) {
    if (retryAfter == null || asked.compareTo(retryAfter) > 0) {
      retryAfter = asked;
    }
  }
}
