/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.CompressionSettings;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.tls.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes an {@link ElasticsearchExporter} from settings, by the name {@code elasticsearch}. */
public final class ElasticsearchExporterProvider implements ExporterProvider {

  private static final Setting<String> ENDPOINT =
      Setting.string("endpoint", "URL of the node; http://localhost:9200 without it");
  private static final Setting<String> NODES =
      Setting.string("nodes", "URLs of several nodes, with commas between them");
  private static final Setting<ElasticsearchMode> MODE =
      Setting.choice("mode", "what documents look like", ElasticsearchMode.class)
          .withDefault(ElasticsearchMode.OTEL);
  private static final Setting<String> DATASET =
      Setting.string("dataset", "of data streams").withDefault("generic");
  private static final Setting<String> NAMESPACE =
      Setting.string("namespace", "of data streams").withDefault("default");
  private static final Setting<Boolean> TIME_SERIES =
      Setting.bool(
          "time-series", "whether metrics are time series; without it in the mode otel only");
  private static final Setting<Map<String, String>> HEADERS =
      Setting.secretPairs("headers", "sent with every request");
  private static final Setting<Duration> TIMEOUT =
      Setting.duration("timeout", "of one request").withDefault(Duration.ofSeconds(10));
  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "of the connecting").withDefault(Duration.ofSeconds(10));
  private static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.integer("max-in-flight", "requests to a node at once", 1, 1000).withDefault(8);
  private static final Setting<Integer> MAX_REQUEST_BYTES =
      Setting.integer(
              "max-request-bytes", "largest request before compression", 1, Integer.MAX_VALUE)
          .withDefault(5 << 20);
  private static final Setting<Integer> MAX_RESPONSE_BYTES =
      Setting.integer(
              "max-response-bytes", "largest answer after decompression", 1, Integer.MAX_VALUE - 8)
          .withDefault(4 << 20);
  private static final Setting<String> CA_FINGERPRINT =
      Setting.string("ca-fingerprint", "SHA-256 of the certificate authority to trust");
  private static final Setting<String> USERNAME =
      Setting.string("username", "sent with the password as Authorization: Basic");
  private static final Setting<String> PASSWORD = Setting.secret("password", "of the user name");
  private static final Setting<String> API_KEY =
      Setting.secret("api-key", "sent as Authorization: ApiKey");
  private static final Setting<String> BEARER_TOKEN =
      Setting.secret("bearer-token", "sent as Authorization: Bearer");

  private static final List<Setting<?>> OWN =
      List.of(
          ENDPOINT,
          NODES,
          MODE,
          DATASET,
          NAMESPACE,
          TIME_SERIES,
          HEADERS,
          TIMEOUT,
          CONNECT_TIMEOUT,
          MAX_IN_FLIGHT,
          MAX_REQUEST_BYTES,
          MAX_RESPONSE_BYTES,
          CA_FINGERPRINT,
          USERNAME,
          PASSWORD,
          API_KEY,
          BEARER_TOKEN);

  /** For the service loader. */
  public ElasticsearchExporterProvider() {}

  @Override
  public String name() {
    return "elasticsearch";
  }

  @Override
  public List<Setting<?>> settings() {
    return Stream.of(CompressionSettings.all(), TlsSettings.all(), OWN)
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Exporter create(ExporterConfig config) {
    ElasticsearchExporterBuilder builder = ElasticsearchExporter.builder();
    config.atMostOne(ENDPOINT, NODES);
    config.apply(ENDPOINT, builder::endpoint);
    config.apply(NODES, text -> builder.nodes(List.of(text.split(",", -1))));
    config.apply(MODE, builder::mode);
    config.apply(DATASET, builder::dataset);
    config.apply(NAMESPACE, builder::namespace);
    config.apply(TIME_SERIES, builder::timeSeries);
    CompressionSettings.apply(config, builder::compression);
    config.apply(HEADERS, builder::headers);
    config.apply(TIMEOUT, builder::timeout);
    config.apply(CONNECT_TIMEOUT, builder::connectTimeout);
    config.apply(MAX_IN_FLIGHT, builder::maxInFlight);
    config.apply(MAX_REQUEST_BYTES, builder::maxRequestBytes);
    config.apply(MAX_RESPONSE_BYTES, builder::maxResponseBytes);
    tls(config, builder);
    authentication(config, builder);
    return builder.build();
  }

  private static void tls(ExporterConfig config, ElasticsearchExporterBuilder builder) {
    config.apply(CA_FINGERPRINT, builder::caFingerprint);
    if (TlsSettings.areIn(config)) {
      if (config.find(CA_FINGERPRINT).isPresent()) {
        throw new ConfigurationException(
            "setting 'ca-fingerprint' is given: want it alone, or other settings of TLS");
      }
      builder.tls(TlsSettings.read(config));
    }
  }

  private static void authentication(ExporterConfig config, ElasticsearchExporterBuilder builder) {
    config.atMostOne(USERNAME, API_KEY, BEARER_TOKEN);
    if (config.hasBoth(USERNAME, PASSWORD)) {
      config.apply(USERNAME, username -> builder.basicAuth(username, config.get(PASSWORD)));
    }
    config.apply(API_KEY, builder::apiKey);
    config.apply(BEARER_TOKEN, builder::bearerToken);
  }
}
