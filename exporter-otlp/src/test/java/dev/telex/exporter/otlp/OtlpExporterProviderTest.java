/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.tls.TestIdentity;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpExporterProviderTest extends EnvironmentFixture {

  @TempDir private Path files;

  private final Exporters exporters = Exporters.load(getClass().getClassLoader());

  @Test
  void appliesEverySettingThatItDeclares() throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("endpoint", "http://backend.invalid/base");
    values.put("traces-endpoint", "http://backend.invalid/t");
    values.put("metrics-endpoint", "http://backend.invalid/m");
    values.put("logs-endpoint", "http://backend.invalid/l");
    values.put("protocol", "http/json");
    values.put("compression", "gzip");
    values.put("compression-level", "9");
    values.put("headers", "X-Tenant=acme,X-Key=a=b");
    values.put("timeout", "20s");
    values.put("connect-timeout", "3s");
    values.put("max-in-flight", "2");
    values.put("max-request-bytes", "100000");
    values.put("max-response-bytes", "1000");
    values.put("temporality", "delta");
    values.put("histogram-aggregation", "base2-exponential-bucket-histogram");
    values.put("environment", "false");
    values.put("proxy", "127.0.0.1:" + server.port());
    // OtlpExporterSecurityTest and HttpSettingsTest have more of those of HttpSettings.
    assertThat(exporters.settings("otlp"))
        .filteredOn(setting -> !HttpSettings.all().contains(setting))
        .extracting(Setting::key)
        .isSubsetOf(values.keySet());

    try (Exporter exporter = exporters.create("otlp", ExporterConfig.of(values))) {
      assertThat(exporter).hasToString("otlp");
      assertThat(exporter.metricPreferences())
          .isEqualTo(
              MetricPreferences.delta()
                  .withAggregation(
                      DefaultAggregationSelector.getDefault()
                          .with(
                              InstrumentType.HISTOGRAM,
                              Aggregation.base2ExponentialBucketHistogram())));
      for (var batch : List.of(spans(1), metrics(1), logs(1))) {
        get(exporter.export(batch, ExportContext.none()).toCompletableFuture());
      }
    }
    assertThat(server.requests())
        .extracting(ReceivedRequest::path)
        .containsExactly(
            "http://backend.invalid/t", "http://backend.invalid/m", "http://backend.invalid/l");
    ReceivedRequest request = server.requests().get(0);
    assertThat(request.headers("Content-Type")).containsExactly("application/json");
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
    assertThat(request.headers("X-Key")).containsExactly("a=b");
    ByteArrayOutputStream level9 = new ByteArrayOutputStream();
    try (OutputStream out = new Gzip(9).open(level9)) {
      out.write(request.decodedBody());
    }
    assertThat(request.body()).isEqualTo(level9.toByteArray());
  }

  @Test
  void speaksGrpc() throws Exception {
    OtlpGrpcServer grpc = OtlpGrpcServer.start();
    try (Exporter exporter =
        exporters.create(
            "otlp", ExporterConfig.of(Map.of("protocol", "grpc", "endpoint", grpc.uri())))) {
      ExportResult result =
          get(exporter.export(spans(2), ExportContext.none()).toCompletableFuture());
      assertThat(result.statusCode()).hasValue(0);
      assertThat(result.accepted()).isEqualTo(2);
    } finally {
      grpc.stop();
    }
  }

  @Test
  void appliesItsLimits() throws Exception {
    Map<String, String> values =
        Map.of("endpoint", server.url("/base"), "max-request-bytes", "10", "timeout", "1m");
    try (Exporter exporter = exporters.create("otlp", ExporterConfig.of(values))) {
      assertThat(
              get(exporter.export(spans(1), ExportContext.none()).toCompletableFuture()).message())
          .get()
          .asString()
          .contains("more than 10 (maxRequestBytes)");
    }
    values = Map.of("endpoint", server.url("/base"));
    try (Exporter exporter = exporters.create("otlp", ExporterConfig.of(values))) {
      get(exporter.export(spans(1), ExportContext.none()).toCompletableFuture());
    }
    assertThat(server.takeRequest(LIMIT).path()).isEqualTo("/base/v1/traces");
  }

  // --- With the environment ---

  @Test
  void takesFromTheEnvironmentWhatSettingsLeaveOpen() throws Exception {
    set("ENDPOINT", server.url("/all"));
    set("LOGS_ENDPOINT", server.url("/logs"));
    set("COMPRESSION", "gzip");
    set("HEADERS", "X-Tenant=environment");
    Exporter exporter =
        make(Map.of("traces-endpoint", server.url("/mine"), "compression-level", "9"));
    for (var batch : List.of(spans(1), metrics(1), logs(1))) {
      export(exporter, batch);
    }
    assertThat(server.requests())
        .extracting(ReceivedRequest::path)
        .containsExactly("/mine", "/all/v1/metrics", "/logs");
    ReceivedRequest request = server.requests().get(0);
    assertThat(request.headers("X-Tenant")).containsExactly("environment");
    assertThat(request.headers("Content-Encoding")).containsExactly("gzip");
  }

  @Test
  void settingsGoBeforeTheEnvironmentAlsoBeforeWhatIsForOneSignal() throws Exception {
    setProperty("traces.endpoint", "http://nowhere.invalid");
    set("TRACES_PROTOCOL", "grpc");
    set("TRACES_COMPRESSION", "gzip");
    set("TRACES_HEADERS", "X-Tenant=environment,X-Other=environment");
    set("TRACES_TIMEOUT", "1");
    set("CERTIFICATE", "/nowhere/ca.pem");
    set("CLIENT_KEY", "/nowhere/client.key");
    set("METRICS_TEMPORALITY_PREFERENCE", "delta");
    set("METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "neither");
    TestIdentity client = TestIdentity.authority("Client");
    Path certificate = files.resolve("client.pem");
    Path key = files.resolve("client.key");
    client.writeTo(certificate, key);
    Exporter exporter =
        make(
            Map.of(
                "endpoint", server.uri().toString(),
                "protocol", "http/json",
                "compression", "none",
                "headers", "X-Tenant=mine",
                "timeout", "30s",
                "ca-certificate", certificate.toString(),
                "client-certificate", certificate.toString(),
                "client-key", key.toString(),
                "temporality", "cumulative",
                "histogram-aggregation", "explicit-bucket-histogram"));
    assertThat(export(exporter, spans(1)).status()).isEqualTo(ExportResult.Status.SUCCESS);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/v1/traces");
    assertThat(request.headers("Content-Type")).containsExactly("application/json");
    assertThat(request.headers("Content-Encoding")).isEmpty();
    assertThat(request.headers("X-Tenant")).containsExactly("mine");
    assertThat(request.headers("X-Other")).isEmpty();
    assertThat(exporter.metricPreferences().temporality(InstrumentType.COUNTER))
        .contains(AggregationTemporality.CUMULATIVE);
    assertThat(warnings).as("nothing is read that is not needed").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"bearer-token | mine | x | x", "username | me | password | mine"})
  void credentialsOfTheSettingsReplaceThoseOfTheEnvironment(
      String key, String value, String otherKey, String otherValue) throws Exception {
    set("ENDPOINT", server.uri().toString());
    set("HEADERS", "authorization=Bearer%20environment,X-Tenant=environment");
    Map<String, String> settings = new HashMap<>(Map.of(key, value));
    if (!otherKey.equals("x")) {
      settings.put(otherKey, otherValue);
    }
    export(make(settings), spans(1));
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.headers("Authorization")).hasSize(1).doesNotContain("Bearer environment");
    assertThat(request.headers("X-Tenant")).containsExactly("environment");
  }

  @Test
  void readsNoEnvironmentWhereItIsNotToBeRead() throws Exception {
    set("HEADERS", "X-Tenant=environment");
    set("LOGS_COMPRESSION", "zip");
    set("TRACES_ENDPOINT", "nothing");
    Exporter exporter = make(Map.of("endpoint", server.uri().toString(), "environment", "false"));
    export(exporter, spans(1));
    assertThat(server.takeRequest(LIMIT).headers("X-Tenant")).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | collector:4318 | http or https URL",
        "traces-endpoint | ftp://x/ | http or https URL",
        "metrics-endpoint | http:// | http or https URL",
        "logs-endpoint | nothing | http or https URL",
        "protocol | http | http/protobuf, http/json, grpc",
        "compression | zip | none, gzip",
        "compression-level | 30 | 1 to 22",
        "timeout | 0s | PT0S",
        "timeout | 10 | 500ms",
        "connect-timeout | 0s | PT0S",
        "max-in-flight | 0 | 1 to 1000",
        "max-request-bytes | 0 | from 1",
        "max-response-bytes | -1 | from 0",
        "temporality | sometimes | cumulative, delta, lowmemory",
        "histogram-aggregation | none | explicit-bucket-histogram, base2-exponential",
        "environment | no | true or false",
        "proxy | proxy | host:port",
        "proxy | proxy:99999 | host:port",
        "proxy | :3128 | host:port",
      })
  void namesWhatIsWrongAndWhatWouldBeRight(String key, String value, String right) {
    assertThatThrownBy(() -> exporters.create("otlp", ExporterConfig.of(Map.of(key, value))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'otlp': setting '" + key + "'")
        .hasMessageContaining(value.equals("0s") ? "PT0S" : value)
        .hasMessageContaining(right);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "headers | s3cret",
        "headers | X-Key=s3crét",
        "headers | Content-Length=s3cret",
        "endpoint | http://me:s3cret@collector:4318",
        "endpoint | ftp://me:s3cret@collector:4318",
        "logs-endpoint | http://me:s3cr et@collector:4318/?s3cret",
        "proxy | me:s3cret@proxy:3128",
      })
  void showsNoSecretOfWhatIsWrong(String key, String value) {
    assertThatThrownBy(() -> exporters.create("otlp", ExporterConfig.of(Map.of(key, value))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("setting '" + key + "'")
        .satisfies(
            failure -> {
              for (Throwable t = failure; t != null; t = t.getCause()) {
                assertThat(t.getMessage()).doesNotContain("s3c");
              }
            });
  }
}
