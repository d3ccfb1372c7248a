/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static java.time.temporal.ChronoField.DAY_OF_MONTH;
import static java.time.temporal.ChronoField.YEAR;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code Retry-After} header (RFC 9110, 10.2.3): seconds, or a date of HTTP. */
public final class RetryAfter {

  /**
   * What longer delays are cut to, so that nobody's arithmetic overflows: 100 years of 365 days.
   */
  public static final Duration MAX = Duration.ofDays(36_500);

  private static final Pattern SECONDS = Pattern.compile("-?[0-9]+");

  private RetryAfter() {}

  /**
   * The delay that a value asks for.
   *
   * <p>A date is one of the three forms of RFC 9110, 5.6.7. It is compared with the clock here: a
   * server whose clock goes wrong asks for a wrong delay.
   *
   * @param value of the header
   * @param clock tells what time it is
   * @return zero for a date that has passed or a negative number; at most {@link #MAX}; empty if
   *     the value is neither a number nor a date
   */
  public static Optional<Duration> parse(String value, InstantSource clock) {
    String text = value.strip();
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(text.startsWith("-") ? Duration.ZERO : seconds(text));
    }
    Instant now = clock.instant();
    return date(text, now).map(date -> clamp(Duration.between(now, date)));
  }

  private static Duration seconds(String digits) {
    try {
      return clamp(Duration.ofSeconds(Long.parseLong(digits)));
    } catch (NumberFormatException e) {
      return MAX;
    }
  }

  private static Duration clamp(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(MAX) > 0 ? MAX : delay;
  }

  private static Optional<Instant> date(String text, Instant now) {
    for (DateTimeFormatter format : formats(now)) {
      try {
        return Optional.of(LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // Another form, or none: garbage is not worth a word, the header is advice.
      }
    }
    return Optional.empty();
  }

  private static List<DateTimeFormatter> formats(Instant now) {
    LocalDate halfACenturyAgo = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(50);
    return List.of(
        // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
        format(new DateTimeFormatterBuilder().appendPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'")),
        // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT. Two digits are the year less than 50 years
        // ahead.
        format(
            new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(YEAR, 2, 2, halfACenturyAgo)
                .appendPattern(" HH:mm:ss 'GMT'")),
        // asctime: Sun Nov  6 08:49:37 1994
        format(
            new DateTimeFormatterBuilder()
                .appendPattern("EEE MMM ")
                .padNext(2)
                .appendValue(DAY_OF_MONTH)
                .appendPattern(" HH:mm:ss uuuu")));
  }

  private static DateTimeFormatter format(DateTimeFormatterBuilder builder) {
    return builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.SMART);
  }
}
