/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.tls.ServerTlsSettings;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a {@link PrometheusExporter} from settings, by the name {@code prometheus}. The settings
 * are those of {@link PrometheusExporterBuilder}, in lower case with dashes.
 */
public final class PrometheusExporterProvider implements ExporterProvider {

  /** How histograms are aggregated for which no view says it. */
  private enum HistogramAggregation {
    EXPLICIT_BUCKET_HISTOGRAM,
    BASE2_EXPONENTIAL_BUCKET_HISTOGRAM
  }

  private static final Setting<String> HOST =
      Setting.string("host", "where it listens")
          .withDefault(PrometheusExporterBuilder.DEFAULT_HOST);
  private static final Setting<Integer> PORT =
      Setting.integer("port", "where it listens; 0 is a free one", 0, 65535)
          .withDefault(PrometheusExporterBuilder.DEFAULT_PORT);
  private static final Setting<String> USERNAME =
      Setting.string("username", "that scrapers must give, with a password");
  private static final Setting<String> PASSWORD =
      Setting.secret("password", "that scrapers must give");
  private static final Setting<Integer> MAX_CONNECTIONS =
      Setting.integer("max-connections", "of scrapers at once", 1, 10_000)
          .withDefault(PrometheusExporterBuilder.DEFAULT_MAX_CONNECTIONS);
  private static final Setting<Duration> CLIENT_TIMEOUT =
      Setting.duration("client-timeout", "for a client to send a request and to read an answer")
          .withDefault(PrometheusExporterBuilder.DEFAULT_CLIENT_TIMEOUT);
  private static final Setting<TranslationStrategy> TRANSLATION_STRATEGY =
      Setting.choice("translation-strategy", "of names", TranslationStrategy.class)
          .withDefault(TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES);
  private static final Setting<Boolean> TARGET_INFO =
      Setting.bool("target-info", "whether there is one").withDefault(true);
  private static final Setting<Boolean> SCOPE_LABELS =
      Setting.bool("scope-labels", "whether series tell their scope").withDefault(true);
  private static final Setting<String> RESOURCE_LABELS =
      Setting.string(
          "resource-labels",
          "keys of the resource that each series carries, separated by commas; * is all");
  private static final Setting<Duration> EXPIRE_AFTER =
      Setting.duration("expire-after", "when pushed series vanish")
          .withDefault(PrometheusExporterBuilder.DEFAULT_EXPIRY);
  private static final Setting<Integer> MAX_SERIES =
      Setting.integer("max-series", "pushed ones that are kept", 1, Integer.MAX_VALUE)
          .withDefault(PrometheusExporterBuilder.DEFAULT_MAX_SERIES);
  private static final Setting<Duration> MIN_COLLECTION_INTERVAL =
      Setting.duration("min-collection-interval", "for which later scrapes share a collection")
          .withDefault(Duration.ZERO);
  private static final Setting<HistogramAggregation> HISTOGRAM_AGGREGATION =
      Setting.choice(
          "default-histogram-aggregation",
          "base2-exponential makes native histograms",
          HistogramAggregation.class);

  private static final List<Setting<?>> OWN =
      List.of(
          HOST,
          PORT,
          USERNAME,
          PASSWORD,
          MAX_CONNECTIONS,
          CLIENT_TIMEOUT,
          TRANSLATION_STRATEGY,
          TARGET_INFO,
          SCOPE_LABELS,
          RESOURCE_LABELS,
          EXPIRE_AFTER,
          MAX_SERIES,
          MIN_COLLECTION_INTERVAL,
          HISTOGRAM_AGGREGATION);

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public List<Setting<?>> settings() {
    return Stream.of(OWN, ServerTlsSettings.all()).flatMap(List::stream).toList();
  }

  @Override
  public Exporter create(ExporterConfig config) {
    PrometheusExporterBuilder builder =
        PrometheusExporter.builder()
            .listen(config.get(HOST), config.get(PORT))
            .translationStrategy(config.get(TRANSLATION_STRATEGY))
            .targetInfo(config.get(TARGET_INFO))
            .scopeLabels(config.get(SCOPE_LABELS));
    config.apply(MAX_CONNECTIONS, builder::maxConnections);
    config.apply(CLIENT_TIMEOUT, builder::clientTimeout);
    config.apply(EXPIRE_AFTER, builder::expireAfter);
    config.apply(MAX_SERIES, builder::maxSeries);
    config.apply(MIN_COLLECTION_INTERVAL, builder::minCollectionInterval);
    config.find(RESOURCE_LABELS).ifPresent(keys -> builder.resourceLabels(oneOf(keys)));
    config.find(HISTOGRAM_AGGREGATION).ifPresent(it -> builder.defaultAggregation(selector(it)));
    ServerTlsSettings.read(config).ifPresent(builder::tls);
    if (config.hasBoth(USERNAME, PASSWORD)) {
      builder.basicAuth(config.get(USERNAME), config.get(PASSWORD));
    }
    return builder.build();
  }

  private static Predicate<String> oneOf(String keys) {
    Set<String> all =
        Arrays.stream(keys.split(",", -1))
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return all.contains("*") ? key -> true : all::contains;
  }

  private static DefaultAggregationSelector selector(HistogramAggregation histograms) {
    Aggregation aggregation =
        histograms == HistogramAggregation.EXPLICIT_BUCKET_HISTOGRAM
            ? Aggregation.explicitBucketHistogram()
            : Aggregation.base2ExponentialBucketHistogram();
    return DefaultAggregationSelector.getDefault().with(InstrumentType.HISTOGRAM, aggregation);
  }
}
