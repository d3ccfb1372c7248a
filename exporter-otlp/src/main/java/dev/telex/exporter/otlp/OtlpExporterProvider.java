/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Setting;
import dev.telex.exporter.Signal;
import dev.telex.http.HttpSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes an {@link OtlpExporter} from settings, by the name {@code otlp}. */
public final class OtlpExporterProvider implements ExporterProvider {

  /** The compressions that need no further artifact. */
  enum CompressionMethod {
    NONE,
    GZIP
  }

  /** The temporalities of {@code OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE}. */
  enum Temporality {
    CUMULATIVE,
    DELTA
  }

  private static final Setting<String> ENDPOINT =
      Setting.string(
          "endpoint",
          "base URL, to which v1/traces, v1/metrics or v1/logs is appended, or the method of gRPC;"
              + " http://localhost:4318, or http://localhost:4317 for grpc, without it");
  private static final Setting<String> TRACES_ENDPOINT =
      Setting.string("traces-endpoint", "whole URL for traces");
  private static final Setting<String> METRICS_ENDPOINT =
      Setting.string("metrics-endpoint", "whole URL for metrics");
  private static final Setting<String> LOGS_ENDPOINT =
      Setting.string("logs-endpoint", "whole URL for logs");
  private static final Setting<String> PROTOCOL =
      Setting.string("protocol", "one of " + OtlpProtocol.ids())
          .withDefault(OtlpProtocol.HTTP_PROTOBUF.id());
  private static final Setting<CompressionMethod> COMPRESSION =
      Setting.choice("compression", "of the requests", CompressionMethod.class)
          .withDefault(CompressionMethod.NONE);
  private static final Setting<Integer> GZIP_LEVEL =
      Setting.integer("gzip-level", "1 is fastest, 9 is smallest", 1, 9).withDefault(6);
  private static final Setting<Map<String, String>> HEADERS =
      Setting.secretPairs("headers", "sent with every request");
  private static final Setting<Duration> TIMEOUT =
      Setting.duration("timeout", "of one export").withDefault(Duration.ofSeconds(10));
  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "of the connecting").withDefault(Duration.ofSeconds(10));
  private static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.integer("max-in-flight", "requests at once", 1, 1000).withDefault(8);
  private static final Setting<Integer> MAX_REQUEST_BYTES =
      Setting.integer(
              "max-request-bytes", "largest request before compression", 1, Integer.MAX_VALUE)
          .withDefault(64 << 20);
  private static final Setting<Integer> MAX_RESPONSE_BYTES =
      Setting.integer(
              "max-response-bytes", "largest answer after decompression", 0, Integer.MAX_VALUE - 8)
          .withDefault(4 << 20);
  private static final Setting<Temporality> TEMPORALITY =
      Setting.choice("temporality", "of the metrics", Temporality.class)
          .withDefault(Temporality.CUMULATIVE);

  /** For the service loader. */
  public OtlpExporterProvider() {}

  @Override
  public String name() {
    return "otlp";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(HttpSettings.all());
    all.addAll(0, own());
    return all;
  }

  private static List<Setting<?>> own() {
    return List.of(
        ENDPOINT,
        TRACES_ENDPOINT,
        METRICS_ENDPOINT,
        LOGS_ENDPOINT,
        PROTOCOL,
        COMPRESSION,
        GZIP_LEVEL,
        HEADERS,
        TIMEOUT,
        CONNECT_TIMEOUT,
        MAX_IN_FLIGHT,
        MAX_REQUEST_BYTES,
        MAX_RESPONSE_BYTES,
        TEMPORALITY);
  }

  @Override
  public Exporter create(ExporterConfig config) {
    OtlpExporter.Builder builder = OtlpExporter.builder();
    apply(config, ENDPOINT, builder::endpoint);
    apply(config, TRACES_ENDPOINT, url -> builder.endpoint(Signal.TRACES, url));
    apply(config, METRICS_ENDPOINT, url -> builder.endpoint(Signal.METRICS, url));
    apply(config, LOGS_ENDPOINT, url -> builder.endpoint(Signal.LOGS, url));
    apply(config, PROTOCOL, id -> builder.protocol(protocol(id)));
    if (config.get(COMPRESSION) == CompressionMethod.GZIP) {
      apply(config, GZIP_LEVEL, level -> builder.compression(new Gzip(level)));
    }
    apply(config, HEADERS, builder::headers);
    apply(config, TIMEOUT, builder::timeout);
    apply(config, CONNECT_TIMEOUT, builder::connectTimeout);
    apply(config, MAX_IN_FLIGHT, builder::maxInFlight);
    apply(config, MAX_REQUEST_BYTES, bytes -> builder.maxRequestBytes(bytes));
    apply(config, MAX_RESPONSE_BYTES, bytes -> builder.maxResponseBytes(bytes));
    if (config.get(TEMPORALITY) == Temporality.DELTA) {
      builder.metricPreferences(MetricPreferences.delta());
    }
    builder.transport(transport -> HttpSettings.apply(config, transport));
    return builder.build();
  }

  /** The builder names its own setters: here the key of the configuration is what helps. */
  private static <T> void apply(ExporterConfig config, Setting<T> setting, Consumer<T> setter) {
    config
        .find(setting)
        .ifPresent(
            value -> {
              try {
                setter.accept(value);
              } catch (ConfigurationException e) {
                throw new ConfigurationException(
                    "setting '" + setting.key() + "': " + e.getMessage(), e);
              }
            });
  }

  private static OtlpProtocol protocol(String id) {
    return OtlpProtocol.ofId(id)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "protocol is '" + id + "': want one of " + OtlpProtocol.ids()));
  }
}
