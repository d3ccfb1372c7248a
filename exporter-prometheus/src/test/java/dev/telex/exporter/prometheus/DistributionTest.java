/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.SECOND;
import static dev.telex.exporter.prometheus.Metrics.metric;
import static dev.telex.exporter.prometheus.Metrics.push;
import static dev.telex.exporter.prometheus.Metrics.serverless;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.prometheus.MetricFamilies.Message;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histograms, summaries and exemplars. */
class DistributionTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private static DoubleExemplarData exemplar(double value, long seconds, Attributes filtered) {
    return DoubleExemplarData.create(
        filtered,
        seconds * SECOND,
        SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()),
        value);
  }

  private static MetricData histogram(List<DoubleExemplarData> exemplars) {
    return metric(
        "took",
        "s",
        MetricDataType.HISTOGRAM,
        HistogramData.create(
            AggregationTemporality.CUMULATIVE,
            List.of(
                new TestHistogramPoint(
                    1500 * SECOND / 1000,
                    3 * SECOND,
                    Attributes.builder().put("le", "mine").build(),
                    7.5,
                    List.of(1.0, 2.5),
                    List.of(2L, 0L, 1L),
                    exemplars))));
  }

  private static MetricData exponential(
      int scale, long zeros, List<Long> positive, int offset, List<Long> negative) {
    return metric(
        "native",
        "",
        MetricDataType.EXPONENTIAL_HISTOGRAM,
        ExponentialHistogramData.create(
            AggregationTemporality.CUMULATIVE,
            List.of(
                ExponentialHistogramPointData.create(
                    scale,
                    12.5,
                    zeros,
                    false,
                    0,
                    false,
                    0,
                    ExponentialHistogramBuckets.create(scale, offset, positive),
                    ExponentialHistogramBuckets.create(scale, -2, negative),
                    SECOND,
                    3 * SECOND,
                    Attributes.empty(),
                    List.of(exemplar(4, 2, Attributes.empty()))))));
  }

  private static Message only(PrometheusExporter exporter) {
    return Objects.requireNonNull(
        MetricFamilies.parse(Scraper.bytes(exporter, Scraper.PROTOBUF)).get("native"));
  }

  @Test
  void histogramInOpenMetrics() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).targetInfo(false).build()) {
      push(
          exporter,
          histogram(
              List.of(
                  exemplar(0.5, 2, Attributes.builder().put("user.id", "u").build()),
                  exemplar(0.7, 3, Attributes.builder().put("trace.id", "no").build()),
                  exemplar(5, 1, Attributes.builder().put("k", "v".repeat(100)).build()))));

      assertThat(Scraper.text(exporter, Scraper.OPEN_METRICS))
          .isEqualTo(
              """
              # TYPE took_seconds histogram
              # UNIT took_seconds seconds
              # HELP took_seconds About took
              took_seconds_bucket{exported_le="mine",le="1.0"} 2 # {span_id="SPAN",trace_id="TRACE"} 0.7 3.000
              took_seconds_bucket{exported_le="mine",le="2.5"} 2
              took_seconds_bucket{exported_le="mine",le="+Inf"} 3 # {span_id="SPAN",trace_id="TRACE"} 5.0 1.000
              took_seconds_count{exported_le="mine"} 3
              took_seconds_sum{exported_le="mine"} 7.5
              took_seconds_created{exported_le="mine"} 1.500
              # EOF
              """
                  .replace("SPAN", SPAN)
                  .replace("TRACE", TRACE));
    }
  }

  /** The example of the specification. */
  @Test
  void exponentialHistogramAsNativeOne() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      push(exporter, exponential(3, 4, List.of(10L, 0L, 0L, 20L, 5L, 2L), 3, List.of(1L)));

      Message family = only(exporter);

      assertThat(family.number(3)).isEqualTo(MetricFamilies.HISTOGRAM);
      Message histogram = family.one(4).one(7);
      assertThat(histogram.number(1)).isEqualTo(42);
      assertThat(histogram.real(2)).isEqualTo(12.5);
      assertThat(histogram.zigzag(5)).containsExactly(3L);
      assertThat(histogram.real(6)).isEqualTo(1e-128);
      assertThat(histogram.number(7)).isEqualTo(4);
      // Gaps of two or less are filled by the library: offset 4, six long.
      assertThat(histogram.all(12)).hasSize(1);
      assertThat(histogram.all(12).get(0).zigzag(1)).containsExactly(4L);
      assertThat(histogram.all(12).get(0).number(2)).isEqualTo(6);
      assertThat(histogram.zigzag(13)).containsExactly(10L, -10L, 0L, 20L, -15L, -3L);
      assertThat(histogram.all(9).get(0).zigzag(1)).containsExactly(-1L);
      assertThat(histogram.zigzag(10)).containsExactly(1L);
      Message exemplar = histogram.all(3).get(0).one(3);
      assertThat(MetricFamilies.labels(exemplar)).containsEntry("trace_id", TRACE);
      // In text it is one bucket.
      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .contains("native_bucket{le=\"+Inf\"} 42\nnative_count 42\nnative_sum 12.5\n");
    }
  }

  @Test
  void aFineScaleIsMergedDownToEight() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).build()) {
      // Two scales down, four buckets become one: (-5 + i) >> 2 + 1.
      push(exporter, exponential(10, 0, List.of(1L, 2L, 3L, 4L, 5L, 6L), -5, List.of()));

      Message histogram = only(exporter).one(4).one(7);

      assertThat(histogram.zigzag(5)).containsExactly(8L);
      assertThat(histogram.all(12).get(0).zigzag(1)).containsExactly(-1L);
      assertThat(histogram.zigzag(13)).containsExactly(1L, 13L, -8L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Scraper.TEXT, Scraper.OPEN_METRICS, Scraper.PROTOBUF})
  void aCoarseScaleIsLeftOut(String format) {
    try (PrometheusExporter exporter = serverless().targetInfo(false).build()) {
      push(exporter, exponential(-5, 0, List.of(1L), 0, List.of()));

      assertThat(Scraper.scrape(exporter, format).status()).isEqualTo(200);
      assertThat(Scraper.text(exporter, format)).doesNotContain("native");
    }
  }

  @Test
  void summary() {
    try (PrometheusExporter exporter = serverless().scopeLabels(false).targetInfo(false).build()) {
      push(
          exporter,
          metric(
              "took",
              "",
              MetricDataType.SUMMARY,
              SummaryData.create(
                  List.of(
                      SummaryPointData.create(
                          SECOND,
                          2 * SECOND,
                          Attributes.builder().put("quantile", "q").build(),
                          3,
                          6,
                          List.of(
                              ValueAtQuantile.create(0.5, 2), ValueAtQuantile.create(1, 3)))))));

      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .isEqualTo(
              """
              # HELP took About took
              # TYPE took summary
              took{exported_quantile="q",quantile="0.5"} 2.0
              took{exported_quantile="q",quantile="1.0"} 3.0
              took_count{exported_quantile="q"} 3
              took_sum{exported_quantile="q"} 6.0
              """);
    }
  }

  /** It costs its own point alone, in every format. */
  @ParameterizedTest
  @ValueSource(strings = {Scraper.TEXT, Scraper.OPEN_METRICS, Scraper.PROTOBUF})
  void whatNoFormatCanSayIsLeftOut(String format) {
    try (PrometheusExporter exporter = serverless().targetInfo(false).build()) {
      push(
          exporter,
          exponential(3, Long.MAX_VALUE, List.of(1L), 0, List.of()),
          metric(
              "many",
              "",
              MetricDataType.HISTOGRAM,
              HistogramData.create(
                  AggregationTemporality.CUMULATIVE,
                  List.of(
                      new TestHistogramPoint(
                          0,
                          SECOND,
                          Attributes.empty(),
                          1,
                          List.of(1.0),
                          List.of(Long.MAX_VALUE, 1L),
                          List.of())))),
          metric(
              "empty",
              "",
              MetricDataType.SUMMARY,
              SummaryData.create(
                  List.of(
                      SummaryPointData.create(
                          0, SECOND, Attributes.empty(), -1, Double.NaN, List.of())))),
          metric(
              "unknown",
              "",
              MetricDataType.DOUBLE_SUM,
              SumData.createDoubleSumData(
                  true,
                  AggregationTemporality.CUMULATIVE,
                  List.of(
                      DoublePointData.create(
                          0, SECOND, Attributes.empty(), Double.NaN, List.of())))),
          Metrics.gauge("good", "", Attributes.empty(), 1));

      assertThat(Scraper.scrape(exporter, format).status()).isEqualTo(200);
      assertThat(Scraper.text(exporter, format))
          .contains("good")
          .doesNotContain("native", "many", "empty", "unknown");
      if (format.equals(Scraper.PROTOBUF)) {
        assertThat(MetricFamilies.parse(Scraper.bytes(exporter, format))).containsOnlyKeys("good");
      }
    }
  }

  @Test
  void idsOfExemplarsWinInUtf8() {
    try (PrometheusExporter exporter =
        serverless().translationStrategy(TranslationStrategy.NO_TRANSLATION).build()) {
      push(
          exporter,
          histogram(List.of(exemplar(0.5, 2, Attributes.builder().put("trace.id", "no").build()))));

      assertThat(Scraper.text(exporter, Scraper.OPEN_METRICS + Scraper.UTF8))
          .contains("# {span_id=\"" + SPAN + "\",trace_id=\"" + TRACE + "\"} 0.5 2.000\n");
    }
  }
}
