/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.serverless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Metrics that are collected from SDKs when somebody scrapes. */
class PullTest {

  @Test
  void eachScrapeCollectsAnew() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      LongCounter hits = sdk.get("test").counterBuilder("hits").build();

      hits.add(1);
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("\nhits_total 1.0\n");
      hits.add(1);
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("\nhits_total 2.0\n");
      assertThat(exporter.stats().collections()).isEqualTo(2);
    }
  }

  /** Counted: the second one makes nothing at all. */
  @Test
  void scrapesAtTheSameTimeShareEverything() throws Exception {
    CountDownLatch collecting = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (PrometheusExporter exporter = serverless().build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      sdk.get("test")
          .gaugeBuilder("slow")
          .buildWithCallback(
              measurement -> {
                collecting.countDown();
                await(mayGoOn);
                measurement.record(1);
              });
      CompletableFuture<ScrapeResponse> first =
          CompletableFuture.supplyAsync(
              () -> Scraper.scrape(exporter, Scraper.OPEN_METRICS, "gzip", ""), threads);
      await(collecting);
      // They begin here, on this thread, while the first still collects.
      List<ScrapeHandler.Begun> others = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        others.add(
            exporter
                .scrapeHandler()
                .begin(
                    ScrapeRequest.of(
                        null,
                        name ->
                            name.equals("Accept")
                                ? Scraper.OPEN_METRICS
                                : name.equals("Accept-Encoding") ? "gzip" : null)));
      }
      mayGoOn.countDown();

      byte[] bytes = first.get(30, TimeUnit.SECONDS).body().toByteArray();
      for (ScrapeHandler.Begun other : others) {
        assertThat(other.answer().body().toByteArray()).isEqualTo(bytes);
      }
      assertThat(exporter.stats()).isEqualTo(new ScrapeStats(51, 1, 1, 1, 1, 0));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anotherFormatOfTheSameCollectionIsEncodedAndNotConverted() {
    try (PrometheusExporter exporter =
            serverless().minCollectionInterval(Duration.ofHours(1)).build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      sdk.get("test").counterBuilder("hits").build().add(1);

      for (int i = 0; i < 3; i++) {
        for (String format : List.of(Scraper.TEXT, Scraper.OPEN_METRICS, Scraper.PROTOBUF)) {
          assertThat(Scraper.scrape(exporter, format).status()).isEqualTo(200);
          Scraper.scrape(exporter, format, "gzip", "");
        }
      }

      assertThat(exporter.stats()).isEqualTo(new ScrapeStats(18, 1, 1, 3, 3, 0));
    }
  }

  @Test
  void afterTheIntervalItIsCollectedAnew() {
    AtomicLong nanos = new AtomicLong();
    try (PrometheusExporter exporter =
            serverless().minCollectionInterval(Duration.ofSeconds(5)).nanoTime(nanos::get).build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      sdk.get("test").counterBuilder("hits").build().add(1);

      Scraper.text(exporter, Scraper.TEXT);
      nanos.set(Duration.ofSeconds(5).toNanos() - 1);
      Scraper.text(exporter, Scraper.TEXT);
      assertThat(exporter.stats().collections()).isEqualTo(1);
      nanos.incrementAndGet();
      Scraper.text(exporter, Scraper.TEXT);
      assertThat(exporter.stats().collections()).isEqualTo(2);
    }
  }

  @Test
  void aCallbackThatThrowsCostsNobodyElse() {
    try (PrometheusExporter exporter = serverless().build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      sdk.get("test").counterBuilder("hits").build().add(1);
      sdk.get("test")
          .gaugeBuilder("broken")
          .buildWithCallback(
              measurement -> {
                throw new IllegalStateException("broken");
              });

      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("hits_total");
    }
  }

  @Test
  void twoSdksAndWhatIsPushedTogether() {
    PrometheusExporter exporter = serverless().scopeLabels(false).build();
    SdkMeterProvider one =
        SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build();
    SdkMeterProvider other =
        SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build();
    one.get("test").counterBuilder("one").build().add(1);
    other.get("test").counterBuilder("other").build().add(1);
    Metrics.push(exporter, Metrics.gauge("pushed", "", Attributes.empty(), 1));

    assertThat(Scraper.text(exporter, Scraper.TEXT))
        .contains("\none_total 1.0\n")
        .contains("\nother_total 1.0\n")
        .contains("\npushed 1.0\n");

    one.close();
    assertThat(Scraper.text(exporter, Scraper.TEXT))
        .doesNotContain("one_total")
        .contains("\nother_total 1.0\n");
    other.close();
    assertThat(Scraper.scrape(exporter, Scraper.TEXT).status()).isEqualTo(503);
  }

  @Test
  void aReaderIsForOneSdk() {
    try (PrometheusExporter exporter = serverless().build()) {
      var reader = exporter.metricReader();
      SdkMeterProvider.builder().registerMetricReader(reader).build();

      assertThatThrownBy(() -> SdkMeterProvider.builder().registerMetricReader(reader).build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another one");
    }
  }

  /** Labels are kept from one scrape to the next, and those of another kind are not taken. */
  @Test
  void labelsOfTheLastScrapeAreThoseOfThisOne() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build();
        SdkMeterProvider sdk =
            SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      Attributes attributes = Attributes.builder().put("le", "a").put("k", "v").build();
      sdk.get("test").counterBuilder("hits").build().add(1, attributes);
      sdk.get("test").histogramBuilder("took").build().record(1, attributes);

      String first = Scraper.text(exporter, Scraper.TEXT);
      sdk.get("test")
          .counterBuilder("hits")
          .build()
          .add(1, Attributes.builder().put("k", "w").build());

      assertThat(first)
          .contains("\nhits_total{k=\"v\",le=\"a\"} 1.0\n")
          .contains("\ntook_count{exported_le=\"a\",k=\"v\"} 1\n");
      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .isEqualTo(
              first.replace(
                  "\nhits_total{k=\"v\"", "\nhits_total{k=\"w\"} 1.0\nhits_total{k=\"v\""));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
