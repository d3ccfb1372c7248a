/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Setting;
import dev.telex.exporter.Signal;
import dev.telex.http.HttpSettings;
import java.util.ArrayList;
import java.util.List;

/** Makes an {@link OtlpExporter} from settings, by the name {@code otlp}. */
public final class OtlpExporterProvider implements ExporterProvider {

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
        ENDPOINT, TRACES_ENDPOINT, METRICS_ENDPOINT, LOGS_ENDPOINT, PROTOCOL, TEMPORALITY);
  }

  @Override
  public Exporter create(ExporterConfig config) {
    OtlpExporter.Builder builder = OtlpExporter.builder();
    config.apply(ENDPOINT, builder::endpoint);
    config.apply(TRACES_ENDPOINT, url -> builder.endpoint(Signal.TRACES, url));
    config.apply(METRICS_ENDPOINT, url -> builder.endpoint(Signal.METRICS, url));
    config.apply(LOGS_ENDPOINT, url -> builder.endpoint(Signal.LOGS, url));
    config.apply(PROTOCOL, id -> builder.protocol(protocol(id)));
    if (config.get(TEMPORALITY) == Temporality.DELTA) {
      builder.metricPreferences(MetricPreferences.delta());
    }
    HttpSettings.apply(config, builder);
    return builder.build();
  }

  private static OtlpProtocol protocol(String id) {
    return OtlpProtocol.ofId(id)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "protocol is '" + id + "': want one of " + OtlpProtocol.ids()));
  }
}
