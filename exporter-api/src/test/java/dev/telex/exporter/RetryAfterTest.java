/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("1994-11-06T08:49:07Z");

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "120, 120",
    "' 7 ', 7",
    "007, 7",
    "-5, 0",
    "-99999999999999999999, 0",
    "3153600000, 3153600000",
  })
  void readsSeconds(String value, long seconds) {
    assertThat(parse(value)).hasValue(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3153600001",
        "9223372036854775807",
        "9223372036854775808",
        "999999999999999999999999999999999999999999",
        "Sat, 06 Nov 9999 08:49:37 GMT"
      })
  void cutsWhatIsAbsurd(String value) {
    Duration delay = parse(value).orElseThrow();
    assertThat(delay).isEqualTo(RetryAfter.MAX);
    // What others do with it must not overflow.
    assertThat(delay.toNanos()).isPositive();
    assertThat(delay.plus(delay).toNanos()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
      })
  void readsTheThreeFormsOfADate(String value) {
    assertThat(parse(value)).hasValue(Duration.ofSeconds(30));
  }

  @Test
  void readsTwoDigitsAsTheYearLessThanHalfACenturyAhead() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-06T00:00:00Z"));
    assertThat(RetryAfter.parse("Friday, 06-Nov-26 00:01:00 GMT", clock))
        .hasValue(Duration.ofMinutes(1));
    assertThat(RetryAfter.parse("Wednesday, 06-Nov-30 00:00:00 GMT", clock))
        .hasValue(Duration.between(clock.instant(), Instant.parse("2030-11-06T00:00:00Z")));
    assertThat(RetryAfter.parse("Sunday, 06-Nov-94 08:49:37 GMT", clock)).hasValue(Duration.ZERO);
  }

  @Test
  void readsTheAsctimeFormWithATwoDigitDay() {
    assertThat(parse("Wed Nov 16 08:49:07 1994")).hasValue(Duration.ofDays(10));
  }

  @Test
  void takesAPastDateForNow() {
    assertThat(parse("Sun, 06 Nov 1994 08:49:06 GMT")).hasValue(Duration.ZERO);
    assertThat(parse("Fri, 01 Jan 1971 00:00:00 GMT")).hasValue(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "soon",
        "1.5",
        "1e3",
        "+5",
        "--5",
        "-",
        "5 s",
        "0x10",
        "\u0663",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "1994-11-06T08:49:37Z"
      })
  void takesGarbageForNothing(String value) {
    assertThat(parse(value)).isEmpty();
  }

  private static Optional<Duration> parse(String value) {
    return RetryAfter.parse(value, InstantSource.fixed(NOW));
  }
}
