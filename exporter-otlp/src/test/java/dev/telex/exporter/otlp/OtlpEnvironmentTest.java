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
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.MetricPreferences;
import dev.telex.http.LogCapture;
import dev.telex.http.TestTlsServer;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.tls.TestIdentity;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment says, seen on the wire. */
class OtlpEnvironmentTest extends EnvironmentFixture {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final TestIdentity CLIENT = CLIENT_CA.issue("client");

  // --- Where to ---

  @Test
  void nothingThatIsSetMakesTheExporterOfTheBuilder() throws Exception {
    assertThat(make()).isInstanceOf(OtlpExporter.class).hasToString("otlp");
    assertThat(make().metricPreferences()).isEqualTo(MetricPreferences.cumulative());
    try (Exporter ofProcess = OtlpExporter.fromEnvironment()) {
      assertThat(ofProcess.name()).isEqualTo("otlp");
    }
  }

  @Test
  void appendsThePathsToTheEndpointOfAllSignalsAndTakesThatOfOneAsItIs() throws Exception {
    set("ENDPOINT", server.url("/base/"));
    set("METRICS_ENDPOINT", server.url("/custom/"));
    set("LOGS_ENDPOINT", server.url(""));
    assertThat(pathsOf(make())).containsExactly("/base/v1/traces", "/custom/", "/");
  }

  @Test
  void propertiesGoBeforeVariables() throws Exception {
    set("ENDPOINT", "http://nowhere.invalid");
    setProperty("endpoint", server.url("/property"));
    assertThat(pathsOf(make()))
        .containsExactly("/property/v1/traces", "/property/v1/metrics", "/property/v1/logs");
  }

  @Test
  void whatIsForOneSignalGoesBeforeAPropertyForAll() throws Exception {
    setProperty("endpoint", server.url("/all"));
    set("TRACES_ENDPOINT", server.url("/variable"));
    set("LOGS_ENDPOINT", server.url("/variable"));
    setProperty("logs.endpoint", server.url("/property"));
    assertThat(pathsOf(make())).containsExactly("/variable", "/all/v1/metrics", "/property");
  }

  @Test
  void anEmptyValueIsNone() throws Exception {
    setProperty("endpoint", "");
    set("ENDPOINT", server.url("/all"));
    set("TRACES_ENDPOINT", "");
    set("LOGS_ENDPOINT", " ");
    set("PROTOCOL", "");
    set("HEADERS", "");
    set("TIMEOUT", "");
    set("COMPRESSION", "");
    set("CERTIFICATE", "");
    set("CLIENT_KEY", "");
    set("CLIENT_CERTIFICATE", "");
    set("METRICS_TEMPORALITY_PREFERENCE", "");
    assertThat(pathsOf(make()))
        .containsExactly("/all/v1/traces", "/all/v1/metrics", "/all/v1/logs");
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ENDPOINT, collector:4318, environment variable OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4318'",
    "METRICS_ENDPOINT, ftp://x/, environment variable OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is 'ftp://x/'",
  })
  void refusesWhatIsNoUrl(String option, String value, String words) {
    set(option, value);
    assertThatThrownBy(this::make)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(words + ": want an http or https URL, such as http://localhost:4318");
  }

  // --- What is spoken ---

  @Test
  void speaksTheProtocolOfEachSignal() throws Exception {
    OtlpGrpcServer grpc = OtlpGrpcServer.start();
    try {
      set("ENDPOINT", server.uri().toString());
      set("PROTOCOL", "HTTP/JSON");
      set("METRICS_PROTOCOL", "http/protobuf");
      set("LOGS_PROTOCOL", "grpc");
      set("LOGS_ENDPOINT", grpc.uri());
      Exporter exporter = make();
      export(exporter, spans(1));
      export(exporter, metrics(1));
      assertThat(export(exporter, logs(1)).statusCode()).hasValue(0);
      assertThat(server.requests())
          .extracting(request -> request.header("Content-Type").orElseThrow())
          .containsExactly("application/json", "application/x-protobuf");
      assertThat(grpc.calls()).hasSize(1);
      exporter.shutdown(LIMIT).toCompletableFuture().get();
      grpc.awaitNoConnection(LIMIT);
    } finally {
      grpc.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE"})
  void insecureMakesAGrpcEndpointWithoutASchemePlain(String insecure) throws Exception {
    OtlpGrpcServer grpc = OtlpGrpcServer.start();
    try {
      set("PROTOCOL", "grpc");
      set("ENDPOINT", "127.0.0.1:" + grpc.port());
      set("INSECURE", insecure);
      Exporter exporter = make();
      assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
      exporter.shutdown(LIMIT).toCompletableFuture().get();
      grpc.awaitNoConnection(LIMIT);
    } finally {
      grpc.stop();
    }
  }

  @Test
  void aGrpcEndpointWithoutASchemeIsSecureByDefault() throws Exception {
    try (TestTlsServer secure = TestTlsServer.start(CA.issue("localhost"))) {
      set("PROTOCOL", "grpc");
      set("ENDPOINT", "localhost:" + secure.port());
      set("TRACES_INSECURE", "yes");
      set("INSECURE", "true");
      // What is not "true" is false, also where it stands before one that is.
      String failure = export(make(), spans(1)).message().orElseThrow();
      assertThat(failure).contains("certificate");
      assertThat(warnings)
          .containsExactly(
              "environment variable OTEL_EXPORTER_OTLP_TRACES_INSECURE is 'yes' and taken for"
                  + " false: want true or false");
    }
  }

  @Test
  void compressesWhatIsToBeCompressed() throws Exception {
    set("ENDPOINT", server.uri().toString());
    set("COMPRESSION", "GZIP");
    set("LOGS_COMPRESSION", "none");
    Exporter exporter = make();
    export(exporter, spans(1));
    export(exporter, logs(1));
    assertThat(server.requests())
        .extracting(request -> request.headers("Content-Encoding"))
        .containsExactly(List.of("gzip"), List.of());
  }

  @Test
  void sendsTheHeadersDecoded() throws Exception {
    set("ENDPOINT", server.uri().toString());
    set("HEADERS", " X-Key = a%2Cb%3D%3Bc==+%25 ,, x-Empty=,X-Key-2=ok");
    set("LOGS_HEADERS", "X-Other=o");
    Exporter exporter = make();
    export(exporter, spans(1));
    export(exporter, logs(1));
    ReceivedRequest traces = server.takeRequest(LIMIT);
    assertThat(traces.headers("X-Key")).containsExactly("a,b=;c==+%");
    assertThat(traces.headers("X-Empty")).containsExactly("");
    assertThat(traces.headers("X-Key-2")).containsExactly("ok");
    ReceivedRequest logs = server.takeRequest(LIMIT);
    assertThat(logs.headers("X-Other")).containsExactly("o");
    assertThat(logs.headers("X-Key")).as("what is for one signal replaces all").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3cret | has no '='",
        "=s3cret | header name ''",
        "x y=s3cret | header name 'x y'",
        "X-Key=s3cret;meta=1 | header 'X-Key' (not shown) has a ';'",
        "X-Key=s3cret%2 | header 'X-Key' (not shown) has a '%'",
        "X-Key=s3cret%zz | header 'X-Key' (not shown) has a '%'",
        "X-Key=s3cret%0d%0aX: y | header 'X-Key' (not shown) has a character",
        "X-Key=s3cret%C3%A9 | header 'X-Key' (not shown) has a character",
        "Content-Length=s3cret | header 'Content-Length' is set by the transport",
      })
  void refusesHeadersThatAreWrongAndShowsNoValue(String value, String words) {
    setProperty("metrics.headers", value);
    assertThatThrownBy(this::make)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("system property otel.exporter.otlp.metrics.headers: ")
        .hasMessageContaining(words)
        .satisfies(
            failure -> {
              for (Throwable t = failure; t != null; t = t.getCause()) {
                assertThat(t.getMessage()).doesNotContain("s3c");
              }
            });
  }

  // --- For how long ---

  @Test
  void waitsNoLongerThanTheTimeout() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    set("ENDPOINT", server.uri().toString());
    set("TRACES_TIMEOUT", "300");
    ExportResult result = export(make(), spans(1));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message().orElseThrow()).contains("within 300 ms");
    hold.awaitClientClosed(LIMIT);
  }

  @Test
  void aTimeoutOfZeroIsNoLimit() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    set("ENDPOINT", server.uri().toString());
    set("TIMEOUT", "0");
    CompletableFuture<ExportResult> result = exportAsync(make(), spans(1), ExportContext.none());
    hold.awaitRequest(LIMIT);
    hold.release();
    assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    assertThat(warnings).isEmpty();
  }

  // --- TLS ---

  @Test
  void usesTheCertificates(@TempDir Path directory) throws Exception {
    Path ca = CA.writeCertificate(directory.resolve("ca.pem"));
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    CLIENT.writeTo(certificate, key);
    try (TestTlsServer secure = TestTlsServer.startMutual(CA.issue("localhost"), CLIENT_CA)) {
      set("ENDPOINT", secure.url(""));
      set("CERTIFICATE", ca.toString());
      set("TRACES_CLIENT_CERTIFICATE", certificate.toString());
      set("CLIENT_KEY", key.toString());
      set("METRICS_CLIENT_CERTIFICATE", certificate.toString());
      set("LOGS_CLIENT_CERTIFICATE", certificate.toString());
      Exporter exporter = make();
      assertThat(exporter).isInstanceOf(OtlpExporter.class);
      assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
      assertThat(secure.seen().get(0).serial()).isEqualTo(CLIENT.serial());
    }
  }

  @Test
  void namesTheVariableOfAFileThatCannotBeUsed(@TempDir Path directory) {
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    CLIENT.writeTo(certificate, key);

    set("CERTIFICATE", directory.resolve("none.pem").toString());
    assertThatThrownBy(this::make)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("environment variable OTEL_EXPORTER_OTLP_CERTIFICATE: ")
        .hasMessageContaining("none.pem");

    variables.clear();
    set("CLIENT_CERTIFICATE", key.toString());
    setProperty("client.key", key.toString());
    assertThatThrownBy(this::make)
        .hasMessageStartingWith(
            "environment variable OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and system property"
                + " otel.exporter.otlp.client.key: ");

    variables.clear();
    assertThatThrownBy(this::make)
        .hasMessage(
            "system property otel.exporter.otlp.client.key is set, and no client certificate: want"
                + " both or none");
  }

  // --- Metrics ---

  @ParameterizedTest
  @CsvSource({"Cumulative", "Delta", "LowMemory"})
  void prefersTheTemporality(String preference) {
    set("METRICS_TEMPORALITY_PREFERENCE", preference);
    AggregationTemporalitySelector wanted =
        switch (preference) {
          case "Delta" -> AggregationTemporalitySelector.deltaPreferred();
          case "LowMemory" -> AggregationTemporalitySelector.lowMemory();
          default -> AggregationTemporalitySelector.alwaysCumulative();
        };
    Exporter exporter = make();
    assertThat(exporter).isInstanceOf(OtlpExporter.class);
    assertThat(exporter.metricPreferences())
        .isEqualTo(MetricPreferences.any().withTemporality(wanted));
  }

  @Test
  void prefersTheAggregationOfHistograms() {
    setProperty("metrics.default.histogram.aggregation", "BASE2_exponential_bucket_histogram");
    set("LOGS_COMPRESSION", "gzip");
    MetricPreferences preferences = make().metricPreferences();
    assertThat(preferences.aggregation(InstrumentType.HISTOGRAM))
        .contains(Aggregation.base2ExponentialBucketHistogram());
    assertThat(preferences.aggregation(InstrumentType.COUNTER))
        .contains(Aggregation.defaultAggregation());
    assertThat(preferences.temporality(InstrumentType.COUNTER)).isPresent();

    setProperty("metrics.default.histogram.aggregation", "explicit_bucket_histogram");
    assertThat(make().metricPreferences().aggregation(InstrumentType.HISTOGRAM))
        .contains(Aggregation.explicitBucketHistogram());
  }

  // --- What is wrong ---

  @Test
  void saysWhereTheCompressionIsThatIsNotThere() throws Exception {
    ClassLoader withoutZstd =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> found = Collections.list(super.getResources(name));
            found.removeIf(url -> url.toString().contains("compression-zstd"));
            return Collections.enumeration(found);
          }
        };
    System.setProperty("otel.exporter.otlp.traces.compression", "zstd");
    try (LogCapture log = new LogCapture("dev.telex.exporter.otlp")) {
      Exporters.load(withoutZstd).create("otlp", ExporterConfig.of(Map.of())).close();
      assertThat(log.lines())
          .containsExactly(
              "WARNING system property otel.exporter.otlp.traces.compression is 'zstd' and ignored:"
                  + " want one of none, gzip; zstd comes with telex-compression-zstd");
    } finally {
      System.clearProperty("otel.exporter.otlp.traces.compression");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PROTOCOL | htpt | one of http/protobuf, http/json, grpc",
        "TRACES_COMPRESSION | zip | one of none, gzip, zstd",
        "TIMEOUT | 10s | a whole number of milliseconds from 0 to 2147483647",
        "TIMEOUT | -1 | a whole number of milliseconds from 0 to 2147483647",
        "TIMEOUT | 2147483648 | a whole number of milliseconds from 0 to 2147483647",
        "METRICS_TEMPORALITY_PREFERENCE | low_memory | one of cumulative, delta, lowmemory",
        "METRICS_DEFAULT_HISTOGRAM_AGGREGATION | drop"
            + " | one of explicit_bucket_histogram, base2_exponential_bucket_histogram",
      })
  void ignoresANameOrNumberThatIsWrongAndSaysSoOnce(String option, String value, String right)
      throws Exception {
    set("ENDPOINT", server.uri().toString());
    set(option, value);
    Exporter exporter = make();
    assertThat(exporter).isInstanceOf(OtlpExporter.class);
    assertThat(export(exporter, spans(1)).status()).isEqualTo(Status.SUCCESS);
    assertThat(warnings)
        .containsExactly(
            "environment variable OTEL_EXPORTER_OTLP_"
                + option
                + " is '"
                + value
                + "' and ignored: want "
                + right);
  }

  @Test
  void whatIsIgnoredLeavesItsPlaceToTheNext() throws Exception {
    set("ENDPOINT", server.uri().toString());
    set("LOGS_PROTOCOL", "http");
    setProperty("protocol", "https/json");
    set("PROTOCOL", "http/json");
    export(make(), logs(1));
    assertThat(server.takeRequest(LIMIT).headers("Content-Type"))
        .containsExactly("application/json");
    assertThat(warnings).hasSize(2);
  }

  @Test
  void aWarningIsOfOneBoundedLine() {
    set("PROTOCOL", "x\r\ny" + "z".repeat(1000));
    make();
    assertThat(warnings.get(0))
        .contains("'x??yzz")
        .contains("z…' and ignored")
        .hasSizeLessThan(300);
  }

  private List<String> pathsOf(Exporter exporter) throws Exception {
    for (var batch : List.of(spans(1), metrics(1), logs(1))) {
      assertThat(export(exporter, batch).status()).isEqualTo(Status.SUCCESS);
    }
    return server.requests().stream().map(ReceivedRequest::path).toList();
  }
}
