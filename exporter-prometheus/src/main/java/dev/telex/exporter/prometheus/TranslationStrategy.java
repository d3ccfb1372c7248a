/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

/**
 * What becomes of the names of metrics and attributes (OpenTelemetry specification,
 * metrics/sdk_exporters/prometheus, "Translation strategy").
 *
 * <p>A scraper that asks for {@code escaping=allow-utf-8} gets the names of the strategy; everybody
 * else gets names in which all that classic Prometheus names don't have is an underscore. For a
 * counter {@code foo.bar} in bytes:
 *
 * <table>
 * <caption>The name of the counter</caption>
 * <tr><th>strategy</th><th>by default</th><th>allow-utf-8</th></tr>
 * <tr><td>UNDERSCORE_ESCAPING_WITH_SUFFIXES</td><td>foo_bar_bytes_total</td><td>foo_bar_bytes_total</td></tr>
 * <tr><td>UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES</td><td>foo_bar</td><td>foo_bar</td></tr>
 * <tr><td>NO_UTF8_ESCAPING_WITH_SUFFIXES</td><td>foo_bar_bytes_total</td><td>foo.bar_bytes_total</td></tr>
 * <tr><td>NO_TRANSLATION</td><td>foo_bar</td><td>foo.bar</td></tr>
 * </table>
 *
 * <p>In OpenMetrics 1.0 the samples of a counter end in {@code _total} in every case, because that
 * format has no others.
 */
public enum TranslationStrategy {
  /** Classic names, with the unit and {@code _total}: the default. */
  UNDERSCORE_ESCAPING_WITH_SUFFIXES(true, true),
  /** Classic names and nothing else. */
  UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES(true, false),
  /** The names as they are, with the unit and {@code _total}. */
  NO_UTF8_ESCAPING_WITH_SUFFIXES(false, true),
  /** The names as they are. */
  NO_TRANSLATION(false, false);

  private final boolean escapes;
  private final boolean suffixes;

  TranslationStrategy(boolean escapes, boolean suffixes) {
    this.escapes = escapes;
    this.suffixes = suffixes;
  }

  boolean escapes() {
    return escapes;
  }

  boolean suffixes() {
    return suffixes;
  }
}
