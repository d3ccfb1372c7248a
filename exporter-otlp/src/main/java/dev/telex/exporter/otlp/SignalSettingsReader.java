/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Compressions;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import dev.telex.exporter.Signal;
import dev.telex.exporter.otlp.OtlpEnvironment.Given;
import dev.telex.http.HttpEndpoint;
import dev.telex.tls.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads from the environment what a configuration leaves open. What it does say is not looked up,
 * and not complained of either.
 */
final class SignalSettingsReader {

  private static final String NO_COMPRESSION = "none";
  private static final String ZSTD = "zstd";

  /** The settings that make an {@code Authorization} header. */
  private static final Set<String> CREDENTIALS =
      Set.of("bearer-token", "bearer-token-file", "username");

  private static final String CLIENT_CERTIFICATE = "client-certificate";
  private static final String CLIENT_KEY = "client-key";
  private static final Setting<String> CLIENT_KEY_PASSWORD =
      Setting.secret("client-key-password", "of an encrypted client key");

  private final OtlpEnvironment environment;
  private final ExporterConfig config;

  SignalSettingsReader(OtlpEnvironment environment, ExporterConfig config) {
    this.environment = environment;
    this.config = config;
  }

  /**
   * What is set for a signal, or for all.
   *
   * @throws ConfigurationException if headers or files are wrong
   */
  SignalSettings read(Signal signal) {
    Map<String, String> settings = new TreeMap<>();
    put(settings, "protocol", () -> environment.oneOf(signal, "PROTOCOL", OtlpProtocol.ids()));
    put(settings, "compression", () -> compression(signal));
    put(settings, "timeout", () -> timeout(signal));
    put(settings, "ca-certificate", () -> caCertificate(signal));
    if (isOpen(CLIENT_CERTIFICATE) && isOpen(CLIENT_KEY)) {
      clientCertificate(signal, settings);
    }
    return new SignalSettings(settings, headers(signal));
  }

  /** What is set for the metrics themselves. */
  Map<String, String> readMetricPreferences() {
    Map<String, String> settings = new TreeMap<>();
    put(
        settings,
        "temporality",
        () ->
            environment.oneOf(
                "METRICS_TEMPORALITY_PREFERENCE", List.of("cumulative", "delta", "lowmemory")));
    put(
        settings,
        "histogram-aggregation",
        () ->
            environment.oneOf(
                "METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
                List.of("explicit_bucket_histogram", "base2_exponential_bucket_histogram")));
    return settings;
  }

  /**
   * The endpoint that is set for a signal, as it is, or below the one for all.
   *
   * @throws ConfigurationException if it is no URL
   */
  Optional<HttpEndpoint> endpoint(Signal signal, OtlpProtocol protocol) {
    Optional<Given> found = environment.first(signal, "ENDPOINT");
    if (found.isEmpty() || !isOpen("endpoint") || !isOpen(signal.id() + "-endpoint")) {
      return Optional.empty();
    }
    Given given = found.get();
    String url = given.text();
    if (protocol == OtlpProtocol.GRPC && !url.contains("://")) {
      url = (environment.isTrue(signal, "INSECURE") ? "http://" : "https://") + url;
    }
    HttpEndpoint endpoint = HttpEndpoint.of(given.name(), url);
    boolean whole = given.isForOneSignal() || protocol == OtlpProtocol.GRPC;
    return Optional.of(whole ? endpoint : endpoint.resolve(protocol.path(signal)));
  }

  private Optional<String> compression(Signal signal) {
    List<String> names = new ArrayList<>();
    names.add(NO_COMPRESSION);
    names.addAll(Compressions.load(config.classLoader()).names());
    String hint = names.contains(ZSTD) ? "" : "; zstd comes with telex-compression-zstd";
    return environment.oneOf(signal, "COMPRESSION", names, hint);
  }

  private Optional<String> timeout(Signal signal) {
    return environment
        .number(signal, "TIMEOUT", "milliseconds")
        // "SHOULD interpret timeout zero values as no limit" (configuration/common.md, "Timeout").
        .map(millis -> (millis == 0 ? Integer.MAX_VALUE : millis) + "ms");
  }

  private Optional<String> caCertificate(Signal signal) {
    Optional<Given> file = environment.first(signal, "CERTIFICATE");
    file.ifPresent(given -> given.check(() -> Tls.builder().caCertificate(Path.of(given.text()))));
    return file.map(Given::text);
  }

  private void clientCertificate(Signal signal, Map<String, String> settings) {
    Optional<Given> certificate = environment.first(signal, "CLIENT_CERTIFICATE");
    Optional<Given> key = environment.first(signal, "CLIENT_KEY");
    if (certificate.isEmpty() && key.isEmpty()) {
      return;
    }
    Given one = certificate.or(() -> key).orElseThrow();
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new ConfigurationException(
          one.name()
              + " is set, and no client "
              + (key.isEmpty() ? "key" : "certificate")
              + ": want both or none");
    }
    Optional<String> password = config.find(CLIENT_KEY_PASSWORD);
    String certificateText = certificate.get().text();
    String keyText = key.get().text();
    new Given(certificate.get().name() + " and " + key.get().name(), "", true)
        .check(
            () -> {
              Path certificateFile = Path.of(certificateText);
              Path keyFile = Path.of(keyText);
              if (password.isPresent()) {
                Tls.builder().clientCertificate(certificateFile, keyFile, password.get());
              } else {
                Tls.builder().clientCertificate(certificateFile, keyFile);
              }
            });
    settings.put(CLIENT_CERTIFICATE, certificateText);
    settings.put(CLIENT_KEY, keyText);
  }

  private Map<String, String> headers(Signal signal) {
    if (!isOpen("headers")) {
      return Map.of();
    }
    Map<String, String> headers = new TreeMap<>();
    environment
        .first(signal, "HEADERS")
        .ifPresent(given -> given.check(() -> headers.putAll(HeaderList.parse(given.text()))));
    if (config.keys().stream().anyMatch(CREDENTIALS::contains)) {
      headers.remove("authorization");
    }
    return headers;
  }

  private void put(Map<String, String> settings, String key, Supplier<Optional<String>> value) {
    if (isOpen(key)) {
      value.get().ifPresent(text -> settings.put(key, text));
    }
  }

  private boolean isOpen(String key) {
    return !config.keys().contains(key);
  }
}
