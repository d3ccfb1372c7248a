/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;

/** Writes one document, without the line break after it. For one run of the encoding. */
interface DocumentWriter {

  /** A writer for a mode. */
  static DocumentWriter of(ElasticsearchEncoding encoding) {
    return switch (encoding.mode()) {
      case OTEL -> new OtelDocuments();
      case ECS -> new EcsDocuments();
    };
  }

  void span(SpanData span, DataStream stream, JsonOutput out);

  void event(SpanData span, EventData event, DataStream stream, JsonOutput out);

  void log(LogRecordData record, DataStream stream, JsonOutput out);

  void metrics(MetricGroup group, JsonOutput out);
}
