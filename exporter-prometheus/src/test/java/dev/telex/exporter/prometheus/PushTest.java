/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.SECOND;
import static dev.telex.exporter.prometheus.Metrics.counter;
import static dev.telex.exporter.prometheus.Metrics.deltaCounter;
import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static dev.telex.exporter.prometheus.Metrics.serverless;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Metrics that a chain pushes. */
class PushTest {

  private static Attributes key(String value) {
    return Attributes.builder().put("k", value).build();
  }

  @Test
  void theNewestPointOfEachSeriesStays() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(exporter, gauge("x", "", key("a"), 1, 10 * SECOND), gauge("x", "", key("b"), 2));
      push(exporter, gauge("x", "", key("a"), 3, 20 * SECOND));
      // A late one, which was sent again.
      push(exporter, gauge("x", "", key("a"), 4, 15 * SECOND));

      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .contains("\nx{k=\"a\"} 3.0\n")
          .contains("\nx{k=\"b\"} 2.0\n");
      assertThat(exporter.storedSeries()).isEqualTo(2);
    }
  }

  @Test
  void aSeriesThatNobodyPushesVanishes() {
    AtomicLong nanos = new AtomicLong(-5);
    try (PrometheusExporter exporter =
        serverless().expireAfter(Duration.ofMinutes(5)).nanoTime(nanos::get).build()) {
      push(exporter, gauge("x", "", key("a"), 1), gauge("y", "", key("a"), 1));
      nanos.addAndGet(Duration.ofMinutes(3).toNanos());
      push(exporter, gauge("x", "", key("b"), 1));
      nanos.addAndGet(Duration.ofMinutes(2).toNanos() - 1);
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("k=\"a\"").contains("k=\"b\"");

      nanos.incrementAndGet();
      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .doesNotContain("k=\"a\"")
          .contains("k=\"b\"");
      assertThat(exporter.storedSeries()).isEqualTo(1);

      nanos.addAndGet(Duration.ofMinutes(3).toNanos());
      assertThat(Scraper.text(exporter, Scraper.TEXT)).isEmpty();
      assertThat(exporter.storedSeries()).isZero();
    }
  }

  @Test
  void scrapesShareWhatWasPushedUntilItChanges() {
    try (PrometheusExporter exporter = serverless().build()) {
      push(exporter, gauge("x", "", key("a"), 1));
      Scraper.text(exporter, Scraper.TEXT);
      Scraper.text(exporter, Scraper.TEXT);
      assertThat(exporter.stats()).isEqualTo(new ScrapeStats(2, 1, 1, 1, 0, 0));

      push(exporter, gauge("x", "", key("a"), 2));
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("} 2.0\n");
      assertThat(exporter.stats().collections()).isEqualTo(2);
    }
  }

  @Test
  void deltaIsRefusedAndTheRestIsKept() {
    try (PrometheusExporter exporter = serverless().build()) {
      ExportResult result =
          push(exporter, deltaCounter("d"), counter("c", "", Attributes.empty(), 1));

      assertThat(result.status()).isEqualTo(Status.PARTIAL);
      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.rejections().get(0).reason()).contains("delta");
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("c_total").doesNotContain("d_");
    }
  }

  @Test
  void aBatchThatCannotBeReadIsNotKeptInPart() {
    try (PrometheusExporter exporter = serverless().build()) {
      MetricData good = gauge("x", "", Attributes.empty(), 1);

      ExportResult result =
          push(exporter, good, Metrics.metric("y", "", MetricDataType.LONG_SUM, good.getData()));

      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(exporter.storedSeries()).isZero();
      assertThat(Scraper.text(exporter, Scraper.TEXT)).isEmpty();
    }
  }

  @Test
  void noMoreSeriesThanAllowed() {
    try (PrometheusExporter exporter = serverless().maxSeries(2).build()) {
      push(exporter, gauge("x", "", key("a"), 1), gauge("x", "", key("b"), 1));

      ExportResult result =
          push(
              exporter,
              gauge("x", "", key("c"), 1),
              gauge("y", "", key("a"), 1),
              gauge("x", "", key("a"), 9));

      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.rejections().get(0).reason()).isEqualTo("more than 2 series");
      assertThat(exporter.storedSeries()).isEqualTo(2);
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("} 9.0\n").doesNotContain("\"c\"");
    }
  }
}
