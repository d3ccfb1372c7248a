/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TcpExporterProviderTest {

  @Test
  void whatItIs() {
    try (TcpExporter exporter = (TcpExporter) create(Map.of("port", "0"))) {
      assertThat(exporter).hasToString("tcp");
      assertThat(exporter.signals()).containsExactly(Signal.METRICS);
      assertThat(exporter.delivery()).isEqualTo(Delivery.BEST_EFFORT);
      assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.any());
      assertThat(exporter.address().getAddress().isLoopbackAddress()).isTrue();
    }
    try (Exporter exporter = create(Map.of("port", "0", "format", "otlp"))) {
      assertThat(exporter.signals()).containsExactlyInAnyOrder(Signal.values());
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    try (TcpExporter first = (TcpExporter) create(Map.of("port", "0"))) {
      String port = Integer.toString(first.address().getPort());
      assertThatThrownBy(() -> create(Map.of("port", port)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "listen is '127.0.0.1:" + port + "', where this machine cannot listen");
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    refused(Map.of("port", "65536"), "setting 'port' is '65536': want a whole number from 0");
    refused(Map.of("host", " "), "setting 'host'");
    refused(Map.of("host", "no.such.host.invalid"), "host is 'no.such.host.invalid', which is");
    refused(Map.of("format", "xml"), "want one of metrics, otlp");
    refused(Map.of("max-queue-bytes", "1"), "setting 'max-queue-bytes' is '1'");
    refused(Map.of("stall-timeout", "0s"), "stallTimeout is PT0S: want more than zero");
    refused(Map.of("secret", ""), "secret is a text of 0 bytes: want 1 to 1024");
    refused(
        Map.of("secret", "open", "max-client-bytes", "4"),
        "maxClientBytes is 4: want 5 or more, for the secret and a line feed");
    refused(
        Map.of("tls-client-ca", "x"),
        "setting 'tls-certificate' is missing: want it together with 'tls-client-ca'");
    refused(
        Map.of("tls-certificate", "none.pem", "tls-key", "none.pem"),
        "server certificate file 'none.pem' does not exist: want a PEM file");
    assertThatThrownBy(() -> TcpExporter.builder().secret("two\nlines"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("two");
  }

  private static void refused(Map<String, String> settings, String words) {
    assertThatThrownBy(() -> create(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  private static Exporter create(Map<String, String> settings) {
    return Exporters.load(TcpExporterProviderTest.class.getClassLoader())
        .create("tcp", ExporterConfig.of(settings));
  }
}
