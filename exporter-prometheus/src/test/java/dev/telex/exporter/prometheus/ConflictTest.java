/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.counter;
import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static dev.telex.exporter.prometheus.Metrics.serverless;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Metrics that cannot stand beside each other: the later one is left out, and the scrape answers.
 */
class ConflictTest {

  @ParameterizedTest
  @ValueSource(strings = {Scraper.TEXT, Scraper.OPEN_METRICS, Scraper.PROTOBUF})
  void aTypeConflictDropsTheLaterMetricAlone(String accept) {
    try (PrometheusExporter exporter = serverless().build()) {
      push(
          exporter,
          gauge("same", "", Attributes.empty(), 1),
          counter("same", "", Attributes.empty(), 77),
          gauge("other", "", Attributes.empty(), 3));

      ScrapeResponse response = Scraper.scrape(exporter, accept);

      assertThat(response.status()).isEqualTo(200);
      assertThat(new String(response.body().toByteArray(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("same")
          .contains("other")
          .doesNotContain("same_total");
    }
  }

  /** SDKs give metrics in any order. */
  @Test
  void whatWasThereFirstStays() {
    Converter converter =
        new Converter(
            TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES,
            false,
            true,
            key -> false,
            new Warnings());
    MetricData counter = counter("same", "", Attributes.empty(), 1);
    MetricData gauge = gauge("same", "", Attributes.empty(), 2);

    for (List<MetricData> metrics :
        List.of(List.of(counter), List.of(gauge, counter), List.of(gauge, counter))) {
      assertThat(converter.convert(metrics, false).families())
          .extracting(Family::kind)
          .containsExactly(FamilyKind.COUNTER);
    }
    converter.convert(List.of(), false);
    assertThat(converter.convert(List.of(gauge, counter), false).families())
        .extracting(Family::kind)
        .containsExactly(FamilyKind.GAUGE);
  }

  @Test
  void aMetricWithTheNameOfAnothersSampleIsLeftOut() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(
          exporter,
          counter("c", "", Attributes.empty(), 1),
          gauge("c_total", "", Attributes.empty(), 2),
          gauge("target_info", "", Attributes.empty(), 3));

      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .contains("\nc_total 1.0\n")
          .doesNotContain("2.0")
          .doesNotContain("3.0");
    }
  }

  /** OpenMetrics knows both as "a". */
  @Test
  void aCounterWithSeveralTotalsIsNoExcuse() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(
          exporter,
          counter("a_total_total_total", "", Attributes.empty(), 1),
          gauge("a", "", Attributes.empty(), 2));

      assertThat(Scraper.text(exporter, Scraper.OPEN_METRICS))
          .contains("# TYPE a counter\n", "\na_total 1.0\n")
          .doesNotContain("# TYPE a gauge");
    }
  }

  @Test
  void aMetricNamedCreatedTakesThatNameFromACounter() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(
          exporter,
          counter("threads", "", Attributes.empty(), 1),
          gauge("threads_created", "", Attributes.empty(), 2));

      assertThat(Scraper.text(exporter, Scraper.OPEN_METRICS))
          .contains("\nthreads_total 1.0\n")
          .contains("\nthreads_created 2.0\n")
          .doesNotContain("threads_created 1.");
    }
  }

  @Test
  void seriesWithTheSameLabelsAreShownOnce() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(
          exporter,
          gauge("a.b", "", Attributes.empty(), 1),
          gauge("a_b", "", Attributes.empty(), 2),
          gauge("a-b", "", Attributes.builder().put("k", "v").build(), 3));

      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .containsOnlyOnce("# TYPE a_b gauge")
          .contains("\na_b 1.0\n")
          .contains("\na_b{k=\"v\"} 3.0\n")
          .doesNotContain("2.0");
    }
  }
}
