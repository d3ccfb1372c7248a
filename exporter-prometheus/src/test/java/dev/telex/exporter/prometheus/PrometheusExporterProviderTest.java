/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** By its name and settings. */
class PrometheusExporterProviderTest {

  private static PrometheusExporter create(Map<String, String> settings) {
    Exporter exporter =
        Exporters.load(PrometheusExporterProviderTest.class.getClassLoader())
            .create("prometheus", ExporterConfig.of(settings));
    return (PrometheusExporter) exporter;
  }

  private static void refused(Map<String, String> settings, String words) {
    refused(() -> create(settings), words);
  }

  private static void refused(Supplier<?> call, String words) {
    assertThatThrownBy(call::get)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void whatItIs() {
    try (PrometheusExporter exporter = create(Map.of("port", "0"))) {
      assertThat(exporter).hasToString("prometheus");
      assertThat(exporter.name()).isEqualTo("prometheus");
      assertThat(exporter.signals()).containsExactly(Signal.METRICS);
      assertThat(exporter.delivery()).isEqualTo(Delivery.BEST_EFFORT);
      assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.cumulative());
      assertThat(exporter.uri().orElseThrow().toString()).startsWith("http://127.0.0.1:");
    }
  }

  @Test
  void settingsDoWhatTheySay() {
    try (PrometheusExporter exporter =
        create(
            Map.of(
                "port", "0",
                "translation-strategy", "underscore-escaping-without-suffixes",
                "target-info", "false",
                "scope-labels", "false",
                "resource-labels", "host.name, service.name",
                "max-series", "1"))) {
      Metrics.push(
          exporter,
          Metrics.counter("hits", "By", Attributes.empty(), 3),
          Metrics.counter("too.many", "", Attributes.empty(), 4));

      assertThat(Scraper.text(exporter, Scraper.TEXT))
          .isEqualTo(
              """
              # HELP hits About hits
              # TYPE hits counter
              hits{service_name="shop"} 3.0
              """);
    }
    try (PrometheusExporter exporter = create(Map.of("port", "0", "resource-labels", "*"))) {
      Metrics.push(exporter, Metrics.gauge("x", "", Attributes.empty(), 1));
      assertThat(Scraper.text(exporter, Scraper.TEXT)).contains("service_name=\"shop\"} 1.0\n");
    }
  }

  @Test
  void histogramsAsTheyAreWanted() {
    try (PrometheusExporter exporter =
        create(
            Map.of(
                "port",
                "0",
                "default-histogram-aggregation",
                "base2_exponential_bucket_histogram"))) {
      assertThat(exporter.metricPreferences().aggregation(InstrumentType.HISTOGRAM))
          .hasValue(Aggregation.base2ExponentialBucketHistogram());
      assertThat(exporter.metricReader().getDefaultAggregation(InstrumentType.COUNTER))
          .isEqualTo(Aggregation.defaultAggregation());
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    refused(Map.of("port", "65536"), "setting 'port' is '65536'");
    refused(Map.of("host", " "), "host is blank");
    refused(Map.of("host", "no.such.host.invalid"), "no.such.host.invalid:9464");
    refused(Map.of("max-connections", "0"), "setting 'max-connections' is '0'");
    refused(Map.of("max-series", "0"), "setting 'max-series' is '0'");
    refused(Map.of("client-timeout", "0s"), "clientTimeout is PT0S: want more than 0");
    refused(Map.of("expire-after", "soon"), "setting 'expire-after' is 'soon'");
    refused(Map.of("min-collection-interval", "9000h"), "minCollectionInterval is PT9000H");
    refused(Map.of("translation-strategy", "none"), "no-translation");
    refused(Map.of("target-info", "maybe"), "setting 'target-info' is 'maybe'");
    refused(Map.of("default-histogram-aggregation", "x"), "'default-histogram-aggregation' is 'x'");
    refused(Map.of("password", "s3cret"), "setting 'username' is missing: want it together");
    refused(Map.of("username", "a:b", "password", "s3cret"), "username is empty or has a colon");
    refused(Map.of("tls-key", "key.pem"), "setting 'tls-certificate' is missing: want it");
    refused(Map.of("tls-key", "no.pem", "tls-certificate", "none.pem"), "none.pem");
  }

  @Test
  void whatIsWrongInCodeIsNamed() {
    refused(() -> PrometheusExporter.builder().listen("", 1), "host is blank");
    refused(() -> PrometheusExporter.builder().listen("localhost", -1), "port is -1");
    refused(() -> PrometheusExporter.builder().maxConnections(10_001), "maxConnections is 10001");
    refused(() -> PrometheusExporter.builder().maxSeries(0), "maxSeries is 0");
    refused(
        () -> PrometheusExporter.builder().expireAfter(Duration.ZERO), "expireAfter is PT0S: want");
    refused(
        () -> PrometheusExporter.builder().minCollectionInterval(Duration.ofSeconds(-1)),
        "minCollectionInterval is PT-1S");
    refused(() -> PrometheusExporter.builder().basicAuth("prom", ""), "password is empty");
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    try (PrometheusExporter first = create(Map.of("port", "0"))) {
      String port = Integer.toString(first.uri().orElseThrow().getPort());

      for (String host : List.of("localhost", "127.0.0.1")) {
        refused(Map.of("host", host, "port", port), "cannot listen on " + host + ":" + port);
      }
    }
  }
}
