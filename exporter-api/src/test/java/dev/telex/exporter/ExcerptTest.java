/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void keepsOneLineOfWhatCanBeShown() {
    assertThat(Excerpt.of("quota exceeded: 5 of 5, für β 🚀"))
        .isEqualTo("quota exceeded: 5 of 5, für β 🚀");
    assertThat(Excerpt.of("\r\n a\u0000\tb\u001b[31m \u2028c\u0007 ")).isEqualTo("a b [31m c");
    assertThat(Excerpt.of("a\u202eb\ud800c")).isEqualTo("a b c");
    assertThat(Excerpt.of("")).isEmpty();
    assertThat(Excerpt.of("\n\n")).isEmpty();
  }

  @Test
  void isBounded() {
    assertThat(Excerpt.of("x".repeat(199))).isEqualTo("x".repeat(199));
    assertThat(Excerpt.of("x".repeat(1_000_000))).isEqualTo("x".repeat(199) + "…");
    // No half of a pair of surrogates.
    assertThat(Excerpt.of("x".repeat(198) + "🚀🚀")).isEqualTo("x".repeat(198) + "…");
  }
}
