/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By name, from settings. */
class InfluxExporterProviderTest extends InfluxFixture {

  private final Exporters exporters = Exporters.load(getClass().getClassLoader());

  @Test
  void appliesTheSettingsOfABucket() throws Exception {
    Map<String, String> values = new TreeMap<>();
    values.put("endpoint", server.url("/influx/"));
    values.put("org", "acme & co");
    values.put("bucket", "télé");
    values.put("token", "s3cret-token");
    values.put("schema", "telegraf-prometheus-v2");
    values.put("dialect", "questdb");
    values.put("span-dimensions", "http.route, service.name");
    values.put("log-dimensions", "none");
    assertThat(ownSettings()).containsAll(values.keySet()).hasSize(values.size() + 2);
    // The contract has more of those of HttpSettings, and HttpSettingsTest has them all.
    values.put("compression", "gzip");
    values.put("headers", "X-Tenant=acme");

    try (Exporter exporter = exporters.create("influx", ExporterConfig.of(values))) {
      assertThat(exporter).hasToString("influx");
      export(exporter, counter("a.b"));
      export(
          exporter,
          Batch.traces(
              List.of(
                  TestItems.span("s")
                      .setAttributes(
                          Attributes.builder()
                              .put("http.route", "/x")
                              .put("service.name", "shop")
                              .put("span.name", "kept")
                              .build())
                      .build())));
      export(
          exporter,
          Batch.logs(
              List.of(
                  TestItems.log("body")
                      .setAttributes(Attributes.builder().put("service.name", "shop").build())
                      .build())));
    }
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path())
        .isEqualTo("/influx/api/v2/write?org=acme%20%26%20co&bucket=t%C3%A9l%C3%A9&precision=ns");
    assertThat(request.headers("Authorization")).containsExactly("Token s3cret-token");
    assertThat(request.headers("Content-Type")).containsExactly("text/plain; charset=utf-8");
    assertThat(request.headers("Content-Encoding")).containsExactly("gzip");
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
    assertThat(points(request))
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.measurement()).as("the schema").isEqualTo("prometheus");
              assertThat(point.fields()).as("the dialect").containsOnlyKeys("a_b");
            });
    assertThat(points(server.takeRequest(LIMIT)).get(0).tags())
        .containsOnlyKeys("http_route", "service_name", "span_id", "trace_id");
    assertThat(points(server.takeRequest(LIMIT)).get(0).tags()).isEmpty();
  }

  @Test
  void appliesTheSettingsOfADatabase() throws Exception {
    Map<String, String> values =
        Map.of(
            "endpoint", server.url(""),
            "database", "telemetry",
            "retention-policy", "week",
            "username", "me",
            "password", "s3cret");
    assertThat(ownSettings()).contains("database", "retention-policy");
    try (Exporter exporter = exporters.create("influx", ExporterConfig.of(values))) {
      export(exporter, Batch.logs(List.of(TestItems.log("x").setTotalAttributeCount(1).build())));
    }
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/write?db=telemetry&rp=week&precision=n");
    assertThat(request.headers("Authorization")).containsExactly("Basic bWU6czNjcmV0");
    assertThat(points(request).get(0).field("dropped_attributes_count"))
        .as("the dialect of InfluxDB 1")
        .isEqualTo(1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | influx:8086 | http or https URL",
        "schema | otel-v1 | telegraf-prometheus-v1, telegraf-prometheus-v2",
        "dialect | influxdb-9 | influxdb, influxdb-1, questdb, victoriametrics",
        "span-dimensions | a,,b | want keys of attributes",
        "span-dimensions | trace_id | trace_id and span_id are tags always",
        "log-dimensions | span_id | trace_id and span_id are tags always",
        "compression | zip | none, gzip",
        "timeout | 10 | 500ms",
      })
  void namesWhatIsWrongAndWhatWouldBeRight(String key, String value, String right) {
    assertThatThrownBy(() -> exporters.create("influx", ExporterConfig.of(Map.of(key, value))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'influx': setting '" + key + "'")
        .hasMessageContaining(right);
  }

  @ParameterizedTest
  @ValueSource(strings = {"org", "bucket", "token", "database", "retention-policy"})
  void anEmptySettingIsRefused(String key) {
    assertThatThrownBy(() -> exporters.create("influx", ExporterConfig.of(Map.of(key, ""))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'" + key + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "database | bucket | want a database (InfluxDB 1) or a bucket (InfluxDB 2 and 3)",
        "database | org | want a database (InfluxDB 1) or a bucket (InfluxDB 2 and 3)",
        "retention-policy | bucket | retentionPolicy is set, but no database",
        "token | bearer-token | Authorization",
      })
  void settingsThatExcludeEachOtherAreNamed(String one, String other, String words) {
    Map<String, String> values = new TreeMap<>(Map.of(one, "s3cret", other, "s3cret"));
    assertThatThrownBy(() -> exporters.create("influx", ExporterConfig.of(values)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'influx': ")
        .hasMessageContaining(words)
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:s3cret@influx:8086", "ftp://influx/?token=s3cret"})
  void showsNoSecretOfAWrongEndpoint(String endpoint) {
    assertThatThrownBy(
            () -> exporters.create("influx", ExporterConfig.of(Map.of("endpoint", endpoint))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting 'endpoint'")
        .hasMessageNotContaining("s3cret");
  }

  private List<String> ownSettings() {
    return exporters.settings("influx").stream()
        .filter(setting -> !HttpSettings.all().contains(setting))
        .<String>map(Setting::key)
        .toList();
  }

  private static Batch counter(String name) {
    return Batch.metrics(
        List.of(
            TestItems.sum(
                name,
                true,
                AggregationTemporality.CUMULATIVE,
                TestItems.point(7L, Attributes.empty()))));
  }
}
