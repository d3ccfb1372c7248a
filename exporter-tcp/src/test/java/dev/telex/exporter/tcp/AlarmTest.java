/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmTest {

  /** Just before the clock wraps around. */
  private final long now = Long.parseLong("9223372036854775802");

  private final Alarm alarm = new Alarm();

  @Test
  void theEarliestMomentCountsAlsoOverTheEndOfTheClock() {
    alarm.at(now + 2_000_000);
    alarm.at(now + 1_000_000);
    alarm.at(now + 3_000_000);
    assertThat(alarm.rings(now)).isFalse();
    assertThat(alarm.rings(now + 999_999)).isFalse();
    assertThat(alarm.rings(now + 1_000_000)).isTrue();
    assertThat(alarm.rings(now + 9_000_000)).as("without being set again").isFalse();
  }

  @Test
  void aSelectorWaitsUntilItRingsAndForEverIfItIsNotSet() {
    assertThat(alarm.waitMillis(now)).isZero();
    alarm.at(now + 1_500_000);
    assertThat(alarm.waitMillis(now)).isEqualTo(2);
    assertThat(alarm.waitMillis(now + 1_500_000)).isEqualTo(1);
    assertThat(alarm.waitMillis(now + 5_000_000)).as("in the past").isEqualTo(1);
  }
}
