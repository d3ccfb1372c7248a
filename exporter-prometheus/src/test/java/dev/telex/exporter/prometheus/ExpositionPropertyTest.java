/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever the metrics are: a scrape answers, what it answers can be read, and it says the same in
 * each format.
 */
class ExpositionPropertyTest {

  private static final Logger LOGGER = Logger.getLogger(Warnings.class.getPackageName());

  /** Each try has something to warn of. */
  @BeforeContainer
  static void quiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterContainer
  static void loud() {
    LOGGER.setLevel(null);
  }

  private static PrometheusExporter exporter(
      TranslationStrategy strategy, boolean scopeLabels, boolean resourceLabels) {
    return Metrics.serverless()
        .translationStrategy(strategy)
        .scopeLabels(scopeLabels)
        .resourceLabels(key -> resourceLabels)
        .build();
  }

  @Property(tries = 400)
  void whatSdksGive(
      @ForAll long seed,
      @ForAll TranslationStrategy strategy,
      @ForAll boolean scopeLabels,
      @ForAll boolean resourceLabels) {
    try (PrometheusExporter exporter = exporter(strategy, scopeLabels, resourceLabels)) {
      List<MetricData> metrics = GeneratedMetrics.of(seed, true);
      MetricReader reader = exporter.metricReader();
      reader.register(
          new CollectionRegistration() {
            @Override
            public Collection<MetricData> collectAllMetrics() {
              return metrics;
            }
          });

      allFormatsSayTheSame(exporter);
    }
  }

  @Property(tries = 100)
  void whatIsPushed(@ForAll long seed, @ForAll TranslationStrategy strategy) {
    try (PrometheusExporter exporter = exporter(strategy, true, false)) {
      for (int i = 0; i < 3; i++) {
        Batch batch = Batch.metrics(GeneratedMetrics.of(seed + i, false));
        ExportResult result =
            exporter.export(batch, ExportContext.none()).toCompletableFuture().join();
        assertThat(result.status()).isIn(Status.SUCCESS, Status.PARTIAL);
      }

      allFormatsSayTheSame(exporter);
    }
  }

  /** Each point is in a series, or counted with a reason. */
  @Property(tries = 600)
  void nothingIsLeftOutUncounted(
      @ForAll long seed, @ForAll TranslationStrategy strategy, @ForAll boolean utf8) {
    List<MetricData> metrics = GeneratedMetrics.of(seed, false);
    Converter converter = new Converter(strategy, false, true, key -> false, new Warnings());

    Conversion conversion = converter.convert(metrics, utf8);

    int points = metrics.stream().mapToInt(one -> one.getData().getPoints().size()).sum();
    assertThat(conversion.series() + conversion.droppedPoints()).isEqualTo(points);
    for (ExpositionFormat format : ExpositionFormat.values()) {
      EncodedFamilies encoded =
          new FamilyBytes(format, utf8 && !strategy.escapes(), 64, new Warnings())
              .encode(conversion.families());
      assertThat(encoded.families()).as(format.title()).isEqualTo(conversion.families());
    }
  }

  private static void allFormatsSayTheSame(PrometheusExporter exporter) {
    for (boolean utf8 : new boolean[] {false, true}) {
      String escaping = utf8 ? Scraper.UTF8 : "";
      Set<String> text =
          SampleTexts.of(
              StrictParser.parse(scrape(exporter, Scraper.TEXT + escaping), false, utf8));
      Set<String> protobuf =
          SampleTexts.ofProtobuf(
              MetricFamilies.parse(scrape(exporter, Scraper.PROTOBUF + escaping)));
      assertThat(protobuf).isEqualTo(text);

      List<StrictParser.Sample> open =
          StrictParser.parse(scrape(exporter, Scraper.OPEN_METRICS + escaping), true, utf8);
      Set<String> difference = new TreeSet<>(text);
      difference.removeAll(SampleTexts.of(open));
      // OpenMetrics has the count of a histogram only beside a sum.
      assertThat(difference).allMatch(one -> one.contains("_count{"));
      assertThat(text).containsAll(SampleTexts.of(open));
    }
    assertThat(exporter.stats().failures()).isZero();
  }

  private static byte[] scrape(PrometheusExporter exporter, String accept) {
    ScrapeResponse response = Scraper.scrape(exporter, accept);
    assertThat(response.status()).isEqualTo(200);
    return Scraper.body(response);
  }
}
