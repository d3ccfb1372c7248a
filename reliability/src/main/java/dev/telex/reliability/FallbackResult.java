/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Leg;
import dev.telex.exporter.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes one result of what the primary said of a batch, and the fallback of what it was handed. */
final class FallbackResult {

  private FallbackResult() {}

  /**
   * Both {@linkplain Credible credible} results as one, in which each item of the batch counts
   * once.
   *
   * @param handed what the fallback was given: of what {@code first} left, and of what it refused
   */
  static ExportResult of(
      Batch batch, ExportResult first, Batch handed, ExportResult second, String fallback) {
    int taken = second.accepted() + second.fellBack();
    List<Rejection> rejections;
    Status status;
    @Nullable Batch left = null;
    if (first.isDelivered()) {
      // The fallback was asked for what the primary refused: what it did not take stays refused.
      rejections = without(taken, first.rejections());
      status = settled(rejections);
    } else {
      int refused = handed.itemCount() - first.remainder().orElse(batch).itemCount();
      rejections = without(Math.max(0, refused), first.rejections());
      rejections.addAll(second.rejections());
      if (second.isDelivered()) {
        status = settled(rejections);
      } else {
        status = ExportResult.worse(first, second).status();
        Batch rest = second.remainder().orElse(handed);
        left = rest == batch ? null : rest;
      }
    }
    ExportResult joined =
        first
            .summed(status, first.accepted(), rejections, left)
            .withFellBack(first.fellBack() + taken)
            .withRefused(refused(batch, first, handed, second))
            .withLegs(List.of(new Leg("primary", first), new Leg("fallback", second)))
            .withMessage(message(first, second, fallback));
    if (second.outcomeUnknown()) {
      joined = joined.withOutcomeUnknown();
    }
    Optional<Throwable> cause = first.cause().or(second::cause);
    return cause.isPresent() ? joined.withCause(cause.get()) : joined;
  }

  /** What is known to be refused by all that were asked. */
  private static @Nullable Batch refused(
      Batch batch, ExportResult first, Batch handed, ExportResult second) {
    Stream<Batch> untouched =
        first.refused().stream().filter(items -> items.isPartOf(batch) && !items.isPartOf(handed));
    Stream<Batch> returned =
        first.isDelivered() && !second.isDelivered()
            ? Stream.of(second.remainder().orElse(handed))
            : Stream.empty();
    Stream<Batch> again = second.refused().stream().filter(items -> items.isPartOf(handed));
    return Stream.of(untouched, returned, again)
        .flatMap(Function.identity())
        .reduce(Batch::plus)
        .orElse(null);
  }

  private static Status settled(List<Rejection> rejections) {
    return rejections.isEmpty() ? Status.SUCCESS : Status.PARTIAL;
  }

  /** The rejections but for as many items, which have found another place. */
  private static List<Rejection> without(int items, List<Rejection> rejections) {
    List<Rejection> rest = new ArrayList<>();
    int left = items;
    for (Rejection rejection : rejections) {
      int gone = Math.min(left, rejection.count());
      left -= gone;
      if (gone < rejection.count()) {
        rest.add(new Rejection(rejection.count() - gone, rejection.reason()));
      }
    }
    return rest;
  }

  private static String message(ExportResult first, ExportResult second, String fallback) {
    String why = why(first);
    return second.isDelivered()
        ? "fell back to " + fallback + ": " + why
        : why + "; and the fallback " + fallback + ": " + why(second);
  }

  private static String why(ExportResult result) {
    return result.message().orElse(result.status().name());
  }
}
