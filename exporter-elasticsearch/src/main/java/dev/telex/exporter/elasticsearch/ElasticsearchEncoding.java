/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lines of Elasticsearch's {@code _bulk} request: for each document one that says where it is to be
 * created, and one with the document.
 *
 * <p>A payload has a piece for each item. That of a span has the lines of the span and those of its
 * events, that of a log record its own. Data points that stand together in one document all have
 * the lines of that document as their piece, the very same bytes, so that whichever of them are
 * sent, the document is there; who sends them writes it once. The piece of a data point that
 * Elasticsearch has no field for is empty: one that is not a number or infinite, a cumulative
 * histogram, a histogram without bucket boundaries, or a second one of its series and time.
 *
 * <p>Documents are named when they are encoded, by a random text and the index of their item, so
 * that one that is sent again is known. Two encodings of equal items therefore differ in these
 * names, and in nothing else.
 *
 * @param mode what documents look like
 * @param dataset of data streams, where no attribute {@code data_stream.dataset} says otherwise;
 *     without the suffix {@code .otel} of its mode
 * @param namespace of data streams, where no attribute {@code data_stream.namespace} says otherwise
 * @param timeSeries whether metrics are for data streams of the index mode {@code time_series},
 *     which name documents themselves, by their dimensions and time, and refuse any other name
 */
public record ElasticsearchEncoding(
    ElasticsearchMode mode, String dataset, String namespace, boolean timeSeries)
    implements Encoding {

  private static final String DEFAULT_DATASET = "generic";
  private static final String DEFAULT_NAMESPACE = "default";

  /** The one that exporters use by default: the OpenTelemetry mode, {@code generic-default}. */
  public static ElasticsearchEncoding otel() {
    return new ElasticsearchEncoding(
        ElasticsearchMode.OTEL, DEFAULT_DATASET, DEFAULT_NAMESPACE, true);
  }

  /** That of the mode {@link ElasticsearchMode#ECS}, {@code generic-default}. */
  public static ElasticsearchEncoding ecs() {
    return new ElasticsearchEncoding(
        ElasticsearchMode.ECS, DEFAULT_DATASET, DEFAULT_NAMESPACE, false);
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public Payload encode(Batch batch) {
    return switch (batch.signal()) {
      case TRACES -> new SpanDocuments(this).encode(batch.spans());
      case LOGS -> new LogDocuments(this).encode(batch.logs());
      case METRICS -> new MetricDocuments(this).encode(batch.metrics());
    };
  }

  /**
   * The lines of the documents of a batch, each document once: the body of a bulk request.
   *
   * @param payload of the batch, in this encoding
   * @return fresh read-only views
   */
  public List<ByteBuffer> bulkBody(Batch batch, Payload payload) {
    return Documents.of(batch, payload).buffers();
  }

  /** What the dataset of a data stream of this mode ends with. */
  String datasetSuffix() {
    return mode == ElasticsearchMode.OTEL ? ".otel" : "";
  }

  /** The mode. */
  @Override
  public String toString() {
    return "elasticsearch-" + mode.name().toLowerCase(Locale.ROOT);
  }
}
