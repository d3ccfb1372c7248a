/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.SampleBatches;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.Span;

class ZipkinExporterProviderTest extends ZipkinFixture {

  private final Exporters exporters = Exporters.load(getClass().getClassLoader());

  @Test
  void appliesEverySettingThatItDeclares() throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("endpoint", server.url("/zipkin/spans"));
    values.put("format", "PROTOBUF");
    values.put("dialect", "collector");
    values.put("local-address", "192.168.1.2");
    assertThat(exporters.settings("zipkin"))
        .filteredOn(setting -> !HttpSettings.all().contains(setting))
        .extracting(Setting::key)
        .containsExactlyInAnyOrderElementsOf(values.keySet());
    // The contract has more of those of HttpSettings, and HttpSettingsTest has them all.
    values.put("compression", "gzip");
    values.put("headers", "X-Tenant=acme");

    try (Exporter exporter = exporters.create("zipkin", ExporterConfig.of(values))) {
      assertThat(exporter).hasToString("zipkin");
      export(exporter, SampleBatches.spans(1));
    }
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/zipkin/spans");
    assertThat(request.headers("Content-Type")).containsExactly("application/x-protobuf");
    assertThat(request.headers("Content-Encoding")).containsExactly("gzip");
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
    Span span = spans(request).get(0);
    assertThat(span.tags()).doesNotContainKey("otel.scope.name");
    assertThat(span.localEndpoint().ipv4()).as("the Collector does not know it").isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "192.168.1.2 | 192.168.1.2 | null",
        "2001:db8::1 | null | 2001:db8::1",
        "none | null | null",
      })
  void takesTheLocalAddress(String setting, String ipv4, String ipv6) throws Exception {
    Map<String, String> values =
        Map.of("endpoint", server.url("/"), "local-address", setting, "format", "json");
    try (Exporter exporter = exporters.create("zipkin", ExporterConfig.of(values))) {
      export(exporter, SampleBatches.spans(1));
    }
    Span span = spans(server.takeRequest(LIMIT)).get(0);
    assertThat(span.localEndpoint().ipv4()).isEqualTo(ipv4);
    assertThat(span.localEndpoint().ipv6()).isEqualTo(ipv6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", ""})
  void findsTheLocalAddressByItself(String setting) throws Exception {
    Map<String, String> values = new HashMap<>(Map.of("endpoint", server.url("/")));
    if (!setting.isEmpty()) {
      values.put("local-address", setting);
    }
    try (Exporter exporter = exporters.create("zipkin", ExporterConfig.of(values))) {
      export(exporter, SampleBatches.spans(1));
    }
    Span expected =
        decode(
                ZipkinFormat.JSON,
                new ZipkinEncoding(
                        ZipkinFormat.JSON, ZipkinDialect.SPECIFICATION, LocalAddress.find())
                    .encode(SampleBatches.spans(1))
                    .toByteArray())
            .get(0);
    assertThat(spans(server.takeRequest(LIMIT))).isEqualTo(List.of(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | zipkin:9411 | http or https URL",
        "format | thrift | json, protobuf",
        "dialect | jaeger | specification, collector",
        "local-address | localhost | an IP address, auto or none",
        "local-address | 300.1.1.1 | an IP address, auto or none",
        "compression | zip | none, gzip",
      })
  void namesWhatIsWrongAndWhatWouldBeRight(String key, String value, String right) {
    assertThatThrownBy(() -> exporters.create("zipkin", ExporterConfig.of(Map.of(key, value))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'zipkin': setting '" + key + "'")
        .hasMessageContaining(value)
        .hasMessageContaining(right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://me:s3cret@zipkin:9411/api/v2/spans", "ftp://zipkin/?token=s3cret"})
  void showsNoSecretOfAWrongEndpoint(String endpoint) {
    assertThatThrownBy(
            () -> exporters.create("zipkin", ExporterConfig.of(Map.of("endpoint", endpoint))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting 'endpoint'")
        .hasMessageNotContaining("s3cret");
  }
}
