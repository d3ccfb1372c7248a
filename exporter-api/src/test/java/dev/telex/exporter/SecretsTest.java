/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretsTest {

  @Test
  void areNotShown() {
    Secrets secrets = Secrets.of(List.of("Bearer abcdef", " k3y! "));
    assertThat(secrets.excerpt("no tenant for Bearer abcdef")).isEqualTo("no tenant for ***");
    assertThat(secrets.excerpt("token abcdef,\nkey k3y!")).isEqualTo("token ***, key ***");
    assertThat(secrets).hasToString("Secrets[3]");
  }

  @Test
  void ofWordsAreNone() {
    assertThat(Secrets.of(List.of("", "of")).excerpt("a word of it")).isEqualTo("a word of it");
  }

  @Test
  void areTakenOutBeforeTheTextIsCut() {
    Secrets secrets = Secrets.of(List.of("abcdef"));
    assertThat(secrets.excerpt("x".repeat(195) + "abcdef")).doesNotContain("a");
    assertThat(secrets.excerpt("12345 abcdef", 8)).isEqualTo("12345 *…");
  }

  @Test
  void longerOnesGoFirst() {
    Secrets secrets = Secrets.of(List.of("abcd")).and(List.of("abcdef"));
    assertThat(secrets.excerpt("abcdef abcd")).isEqualTo("*** ***");
  }
}
