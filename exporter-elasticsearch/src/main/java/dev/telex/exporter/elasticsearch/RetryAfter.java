/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Retry-After} header (RFC 9110, 10.2.3): seconds, or a date. */
final class RetryAfter {

  /** What longer delays are cut to. */
  private static final Duration MAX = Duration.ofDays(36_500);

  private RetryAfter() {}

  /** The delay; zero if it has passed, empty if it is neither a number nor a date. */
  static Optional<Duration> parse(@Nullable String value, InstantSource clock) {
    if (value == null) {
      return Optional.empty();
    }
    String text = value.strip();
    try {
      return Optional.of(clamp(Duration.ofSeconds(Long.parseLong(text))));
    } catch (NumberFormatException e) {
      // A date, or more digits than there are in a long.
    }
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(clamp(Duration.between(clock.instant(), date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration clamp(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(MAX) > 0 ? MAX : delay;
  }
}
