/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "too old | too old",
        "gr%C3%BCndlich | gründlich",
        "gr%c3%bcn | grün",
        "100%25 | 100%",
        "%F0%9F%98%80 | 😀",
        "%41%42 | AB",
        // Not well-formed, and left as it is.
        "100% | 100%",
        "100%4 | 100%4",
        "%zz%4z%z4 | %zz%4z%z4",
        "%%41 | %A",
        "%-1 | %-1",
        "grün%41 | grünA",
        "%FF | \uFFFD",
      })
  void decodesWhatCanBeDecoded(String encoded, String decoded) {
    assertThat(PercentEncoding.decode(encoded)).isEqualTo(decoded);
  }
}
