/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;

/** What a scraper can ask for. */
enum ExpositionFormat {
  /** The text format of Prometheus. */
  TEXT("text", "text/plain", PrometheusTextFormatWriter.CONTENT_TYPE),
  /** OpenMetrics 1.0, with exemplars and times of creation. */
  OPEN_METRICS(
      "openmetrics", "application/openmetrics-text", OpenMetricsTextFormatWriter.CONTENT_TYPE),
  /** Protobuf, the only one with native histograms. */
  PROTOBUF("protobuf", "application/vnd.google.protobuf", PrometheusProtobufWriter.CONTENT_TYPE);

  /** They have no state. */
  private static final class Writers {
    static final ExpositionFormatWriter TEXT = PrometheusTextFormatWriter.create();
    static final ExpositionFormatWriter OPEN_METRICS =
        OpenMetricsTextFormatWriter.builder().setCreatedTimestampsEnabled(true).build();
    static final ExpositionFormatWriter PROTOBUF = new PrometheusProtobufWriter();
  }

  private final String title;
  private final String mediaType;
  private final String contentType;

  ExpositionFormat(String title, String mediaType, String contentType) {
    this.title = title;
    this.mediaType = mediaType;
    this.contentType = contentType;
  }

  /** For people. */
  String title() {
    return title;
  }

  String mediaType() {
    return mediaType;
  }

  ExpositionFormatWriter writer() {
    return switch (this) {
      case TEXT -> Writers.TEXT;
      case OPEN_METRICS -> Writers.OPEN_METRICS;
      case PROTOBUF -> Writers.PROTOBUF;
    };
  }

  /** The media type of an answer, which tells what became of names. */
  String contentType(boolean utf8) {
    return contentType + "; escaping=" + (utf8 ? "allow-utf-8" : "underscores");
  }
}
