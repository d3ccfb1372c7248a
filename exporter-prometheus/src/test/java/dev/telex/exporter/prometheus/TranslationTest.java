/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.counter;
import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static dev.telex.exporter.prometheus.Metrics.serverless;
import static dev.telex.exporter.prometheus.Scraper.OPEN_METRICS;
import static dev.telex.exporter.prometheus.Scraper.TEXT;
import static dev.telex.exporter.prometheus.Scraper.UTF8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, units and labels, by the OpenTelemetry specification. */
class TranslationTest {

  private static String scrape(
      PrometheusExporterBuilder builder, String accept, MetricData... all) {
    try (PrometheusExporter exporter = builder.build()) {
      assertThat(push(exporter, all).isDelivered()).isTrue();
      return Scraper.text(exporter, accept);
    }
  }

  private static PrometheusExporterBuilder plain() {
    return serverless().targetInfo(false).scopeLabels(false);
  }

  /** The table of the specification of the exporter. */
  @ParameterizedTest
  @CsvSource({
    "UNDERSCORE_ESCAPING_WITH_SUFFIXES, foo_bar_bytes_total, foo_bar_bytes_total",
    "UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES, foo_bar, foo_bar",
    "NO_UTF8_ESCAPING_WITH_SUFFIXES, foo_bar_bytes_total, {\"foo.bar_bytes_total\"}",
    "NO_TRANSLATION, foo_bar, {\"foo.bar\"}"
  })
  void namesOfTheStrategies(TranslationStrategy strategy, String classic, String utf8) {
    MetricData metric = counter("foo.bar", "By", Attributes.empty(), 3);

    assertThat(scrape(plain().translationStrategy(strategy), TEXT, metric))
        .contains("# TYPE " + classic + " counter\n")
        .contains("\n" + classic + " 3.0\n");
    String name = utf8.replaceAll("[{}]", "");
    assertThat(scrape(plain().translationStrategy(strategy), TEXT + UTF8, metric))
        .contains("# HELP " + name + " About foo.bar\n")
        .contains("# TYPE " + name + " counter\n")
        .contains("\n" + utf8 + " 3.0\n");
  }

  @ParameterizedTest
  @CsvSource({
    "s, x_seconds",
    "By, x_bytes",
    "kBy, x_kilobytes",
    "m/s, x_meters_per_second",
    "{packet}/s, x_per_second",
    "1/s, x_per_second",
    "%, x_percent",
    "1, x",
    "{requests}, x",
    "By{all}, x_bytes",
    "Cel, x_celsius",
    "mm2, x_mm2",
    "a b, x_a_b",
    "'', x"
  })
  void unitsAreWords(String unit, String name) {
    assertThat(scrape(plain(), TEXT, gauge("x", unit, Attributes.empty(), 1)))
        .contains("\n" + name + " 1.0\n");
  }

  @Test
  void noRatioForTheUnitOne() {
    assertThat(scrape(plain(), TEXT, gauge("used.ratio", "1", Attributes.empty(), 0.5)))
        .contains("\nused_ratio 0.5\n");
  }

  @Test
  void unitAndTypeAreNotRepeated() {
    assertThat(
            scrape(plain(), OPEN_METRICS, counter("t_seconds_total", "s", Attributes.empty(), 1)))
        .contains("# TYPE t_seconds counter\n# UNIT t_seconds seconds\n")
        .contains("\nt_seconds_total 1.0\n")
        .contains("\nt_seconds_created 1.000\n");
  }

  /** The client library would take the last one for its own suffix. */
  @ParameterizedTest
  @CsvSource({
    "a_total_total_total, '', a_total",
    "a, total, a_total",
    "a, x_total, a_x_total",
    "_total, '', total_total",
    "total, '', total_total"
  })
  void aCounterHasOneTotal(String name, String unit, String wanted) {
    MetricData metric = counter(name, unit, Attributes.empty(), 1);

    assertThat(scrape(plain(), TEXT, metric)).contains("\n" + wanted + " 1.0\n");
    assertThat(scrape(plain(), OPEN_METRICS, metric))
        .contains("# TYPE " + wanted.replaceFirst("_total$", "") + " counter\n")
        .doesNotContain("# UNIT");
  }

  @Test
  void charactersThatNamesDoNotHave() {
    assertThat(
            scrape(
                plain(),
                TEXT,
                gauge(
                    "9lives--é__x",
                    "",
                    Attributes.builder().put("a..b", "v").put("1a", "w").build(),
                    1)))
        .contains("\n_9lives_x{a_b=\"v\",key_1a=\"w\"} 1.0\n");
  }

  @Test
  void labelsThatBecomeOneAreJoinedInTheOrderOfTheirKeys() {
    Attributes attributes =
        Attributes.builder().put("a_b", "3").put("a.b", "2").put("a-b", "1").build();

    assertThat(scrape(plain(), TEXT, gauge("x", "", attributes, 1)))
        .contains("x{a_b=\"1;2;3\"} 1.0\n");
  }

  @Test
  void valuesOfLabels() {
    Attributes attributes =
        Attributes.builder()
            .put("text", "q\"\\\n")
            .put("yes", true)
            .put("n", 7)
            .put(AttributeKey.stringArrayKey("all"), java.util.List.of("a\"", "b"))
            .build();

    assertThat(scrape(plain(), TEXT, gauge("x", "", attributes, 1)))
        .contains(
            "x{all=\"[\\\"a\\\\\\\"\\\",\\\"b\\\"]\",n=\"7\",text=\"q\\\"\\\\\\n\",yes=\"true\"}");
  }

  @Test
  void utf8NamesOfLabels() {
    assertThat(
            scrape(
                plain().translationStrategy(TranslationStrategy.NO_TRANSLATION),
                TEXT + UTF8,
                gauge("ä.b", "", Attributes.builder().put("é.k", "v").build(), 1)))
        .contains("{\"ä.b\",\"é.k\"=\"v\"} 1.0\n");
  }

  /** The client library takes them for one. */
  @Test
  void labelsThatDifferInTheirDotsAreJoinedInUtf8() {
    Attributes attributes =
        Attributes.builder().put("a_b", "2").put("a.b", "1").put("otel.scope.name", "mine").build();

    assertThat(
            scrape(
                serverless()
                    .targetInfo(false)
                    .translationStrategy(TranslationStrategy.NO_TRANSLATION),
                TEXT + UTF8,
                gauge("x", "", attributes, 1)))
        .contains(
            "\nx{\"a.b\"=\"1;2\",\"exported_otel.scope.name\"=\"mine\",otel_scope_name=\"tests\"} 1.0\n");
  }

  @Test
  void twoNamesThatDifferInTheirDotsAreTwoInUtf8() {
    String utf8 =
        scrape(
            plain().translationStrategy(TranslationStrategy.NO_TRANSLATION),
            TEXT + UTF8,
            gauge("a.b", "", Attributes.empty(), 1),
            counter("a_b", "", Attributes.empty(), 2));

    assertThat(utf8).contains("{\"a.b\"} 1.0\n").contains("\na_b 2.0\n");
  }

  @Test
  void targetInfoAndScope() {
    String text = scrape(serverless(), OPEN_METRICS, gauge("x", "", Attributes.empty(), 1));

    assertThat(text)
        .contains("# TYPE target info\n")
        .contains("\ntarget_info{service_name=\"shop\"} 1\n")
        .contains("\nx{otel_scope_name=\"tests\"} 1.0\n")
        .endsWith("# EOF\n");
    assertThat(scrape(serverless(), TEXT, gauge("x", "", Attributes.empty(), 1)))
        .contains("# TYPE target_info gauge\n");
  }

  @Test
  void resourceLabels() {
    assertThat(
            scrape(
                plain().resourceLabels(key -> key.equals("service.name")),
                TEXT,
                gauge("x", "", Attributes.empty(), 1)))
        .contains("\nx{service_name=\"shop\"} 1.0\n");
  }
}
