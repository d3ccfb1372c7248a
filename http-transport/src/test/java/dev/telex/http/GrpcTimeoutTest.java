/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTimeoutTest {

  @ParameterizedTest
  @CsvSource({
    "-1, 1n",
    "0, 1n",
    "1, 1n",
    "99999999, 99999999n",
    "100000000, 100000u",
    "100000999, 100000u",
    "9999999999, 9999999u",
    "99999999999, 99999999u",
    "100000000000, 100000m",
    "99999999999999, 99999999m",
    "100000000000000, 100000S",
    "99999999999999999, 99999999S",
    "100000000000000000, 1666666M",
    "9223372036854775807, 2562047H",
  })
  void takesTheFinestUnitOfEightDigits(long nanos, String value) {
    assertThat(GrpcTimeout.of(nanos)).isEqualTo(value);
  }
}
