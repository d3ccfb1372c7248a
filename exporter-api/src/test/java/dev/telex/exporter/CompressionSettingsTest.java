/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompressionSettingsTest {

  @Test
  void areTwoThatNobodyMustGive() {
    assertThat(CompressionSettings.all())
        .extracting(Setting::key)
        .containsExactly("compression", "compression-level");
    assertThat(CompressionSettings.all()).noneMatch(Setting::isRequired);
    assertThat(applied(Map.of())).isEmpty();
    assertThat(applied(Map.of("compression", "none"))).isEmpty();
  }

  @Test
  void nameACompressionAndItsLevel() {
    assertThat(applied(Map.of("compression", "gzip"))).containsExactly(Gzip.standard());
    assertThat(applied(Map.of("compression", "gzip", "compression-level", "1")))
        .containsExactly(Gzip.fast());
  }

  @Test
  void whatIsWrongIsNamed() {
    refused(
        Map.of("compression-level", "1"),
        "setting 'compression' is missing: want it together with 'compression-level'");
    refused(
        Map.of("compression", "none", "compression-level", "1"),
        "setting 'compression' is missing: want it together with 'compression-level'");
    refused(
        Map.of("compression", "zip\n"), "setting 'compression' is 'zip': want one of none, gzip");
    refused(
        Map.of("compression", "zstd"),
        "setting 'compression' is 'zstd': want one of none, gzip; zstd comes with"
            + " telex-compression-zstd");
    refused(
        Map.of("compression", "gzip", "compression-level", "10"),
        "setting 'compression-level': gzip level is 10: want 1 (fastest) to 9");
  }

  private static List<Compression> applied(Map<String, String> settings) {
    List<Compression> applied = new ArrayList<>();
    CompressionSettings.apply(ExporterConfig.of(settings), applied::add);
    return applied;
  }

  private static void refused(Map<String, String> settings, String words) {
    assertThatThrownBy(() -> applied(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(words);
  }
}
