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
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes an {@link OtlpExporter} from settings, by the name {@code otlp}. What they leave open is
 * taken from the environment, as {@link OtlpExporter#fromEnvironment()} says, unless the setting
 * {@code environment} is {@code false}: {@code endpoint} and {@code headers}, where they are given,
 * also replace what the environment says for one signal.
 */
public final class OtlpExporterProvider implements ExporterProvider {

  /** The values of {@code OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE}. */
  private enum Temporality {
    CUMULATIVE,
    DELTA,
    LOWMEMORY
  }

  /** The values of {@code OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION}. */
  private enum HistogramAggregation {
    EXPLICIT_BUCKET_HISTOGRAM,
    BASE2_EXPONENTIAL_BUCKET_HISTOGRAM
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
      Setting.string("protocol", "one of " + String.join(", ", OtlpProtocol.ids()))
          .withDefault(OtlpProtocol.HTTP_PROTOBUF.id());
  private static final Setting<Temporality> TEMPORALITY =
      Setting.choice("temporality", "of the metrics", Temporality.class)
          .withDefault(Temporality.CUMULATIVE);
  private static final Setting<HistogramAggregation> HISTOGRAM_AGGREGATION =
      Setting.choice(
          "histogram-aggregation",
          "of histograms; without it, as the SDK or other exporters have it",
          HistogramAggregation.class);
  private static final Setting<Boolean> ENVIRONMENT =
      Setting.bool(
              "environment",
              "whether OTEL_EXPORTER_OTLP_* and otel.exporter.otlp.* say what settings do not")
          .withDefault(true);

  private final OtlpEnvironment environment;

  /** For the service loader. */
  public OtlpExporterProvider() {
    this(OtlpEnvironment.ofProcess());
  }

  /** For tests. */
  OtlpExporterProvider(OtlpEnvironment environment) {
    this.environment = environment;
  }

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
        TEMPORALITY,
        HISTOGRAM_AGGREGATION,
        ENVIRONMENT);
  }

  /**
   * Makes an {@link OtlpExporter}, or one for each group of signals whose settings in the
   * environment differ, behind one.
   */
  @Override
  public Exporter create(ExporterConfig config) {
    SignalSettingsReader reader =
        new SignalSettingsReader(
            config.get(ENVIRONMENT) ? environment : OtlpEnvironment.empty(), config);
    ExporterConfig known = config.withDefaults(reader.readMetricPreferences());
    Map<SignalSettings, Set<Signal>> alike = new LinkedHashMap<>();
    for (Signal signal : Signal.values()) {
      alike
          .computeIfAbsent(reader.read(signal), settings -> EnumSet.noneOf(Signal.class))
          .add(signal);
    }
    Map<Signal, OtlpExporter> exporters = new EnumMap<>(Signal.class);
    alike.forEach(
        (settings, signals) -> {
          OtlpExporter exporter = exporter(known, settings, signals, reader);
          signals.forEach(signal -> exporters.put(signal, exporter));
        });
    return alike.size() == 1
        ? exporters.values().iterator().next()
        : new PerSignalExporter(exporters);
  }

  private static OtlpExporter exporter(
      ExporterConfig known,
      SignalSettings settings,
      Set<Signal> signals,
      SignalSettingsReader reader) {
    ExporterConfig config = known.withDefaults(settings.settings());
    OtlpExporter.Builder builder = OtlpExporter.builder().headers(settings.headers());
    config.apply(PROTOCOL, id -> builder.protocol(protocol(id)));
    OtlpProtocol protocol = protocol(config.get(PROTOCOL));
    for (Signal signal : signals) {
      reader.endpoint(signal, protocol).ifPresent(url -> builder.endpoint(signal, url));
    }
    config.apply(ENDPOINT, builder::endpoint);
    config.apply(TRACES_ENDPOINT, url -> builder.endpoint(Signal.TRACES, url));
    config.apply(METRICS_ENDPOINT, url -> builder.endpoint(Signal.METRICS, url));
    config.apply(LOGS_ENDPOINT, url -> builder.endpoint(Signal.LOGS, url));
    builder.metricPreferences(metricPreferences(config));
    HttpSettings.apply(config, builder);
    return builder.build();
  }

  private static MetricPreferences metricPreferences(ExporterConfig config) {
    MetricPreferences preferences =
        switch (config.get(TEMPORALITY)) {
          case CUMULATIVE -> MetricPreferences.cumulative();
          case DELTA -> MetricPreferences.delta();
          case LOWMEMORY ->
              MetricPreferences.any().withTemporality(AggregationTemporalitySelector.lowMemory());
        };
    Optional<HistogramAggregation> histograms = config.find(HISTOGRAM_AGGREGATION);
    if (histograms.isEmpty()) {
      return preferences;
    }
    Aggregation aggregation =
        switch (histograms.get()) {
          case EXPLICIT_BUCKET_HISTOGRAM -> Aggregation.explicitBucketHistogram();
          case BASE2_EXPONENTIAL_BUCKET_HISTOGRAM -> Aggregation.base2ExponentialBucketHistogram();
        };
    return preferences.withAggregation(
        DefaultAggregationSelector.getDefault().with(InstrumentType.HISTOGRAM, aggregation));
  }

  private static OtlpProtocol protocol(String id) {
    return OtlpProtocol.ofId(id)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "protocol is '"
                        + id
                        + "': want one of "
                        + String.join(", ", OtlpProtocol.ids())));
  }
}
