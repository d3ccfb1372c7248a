/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents of Elasticsearch's mode for OpenTelemetry as objects, for Jackson. */
final class ElasticsearchDocument {

  private ElasticsearchDocument() {}

  record DataStream(String type, String dataset, String namespace) {
    String index() {
      return type + "-" + dataset + "-" + namespace;
    }
  }

  record Resource(
      @JsonProperty("schema_url") @Nullable String schemaUrl,
      @Nullable Map<String, Object> attributes) {}

  record Scope(@Nullable String name, @Nullable String version) {}

  record Status(@Nullable String message, @Nullable String code) {}

  record Body(String text) {}

  record Histogram(List<Double> values, List<Long> counts) {}

  record Span(
      @JsonProperty("@timestamp") String timestamp,
      @JsonProperty("data_stream") DataStream dataStream,
      @JsonProperty("trace_id") String traceId,
      @JsonProperty("span_id") String spanId,
      @JsonProperty("parent_span_id") @Nullable String parentSpanId,
      String name,
      String kind,
      long duration,
      @Nullable Map<String, Object> attributes,
      @Nullable Status status,
      Resource resource,
      Scope scope) {}

  record Event(
      @JsonProperty("@timestamp") String timestamp,
      @JsonProperty("data_stream") DataStream dataStream,
      @JsonProperty("trace_id") String traceId,
      @JsonProperty("span_id") String spanId,
      @JsonProperty("event_name") String eventName,
      Map<String, Object> attributes,
      Resource resource,
      Scope scope) {}

  record Log(
      @JsonProperty("@timestamp") String timestamp,
      @JsonProperty("observed_timestamp") String observedTimestamp,
      @JsonProperty("data_stream") DataStream dataStream,
      @JsonProperty("severity_text") @Nullable String severityText,
      @JsonProperty("severity_number") int severityNumber,
      @JsonProperty("trace_id") String traceId,
      @JsonProperty("span_id") String spanId,
      @Nullable Map<String, Object> attributes,
      Body body,
      Resource resource,
      Scope scope) {}

  record Metrics(
      @JsonProperty("@timestamp") long timestamp,
      @JsonProperty("start_timestamp") long startTimestamp,
      @JsonProperty("data_stream") DataStream dataStream,
      @Nullable String unit,
      @Nullable Map<String, Object> attributes,
      Resource resource,
      Scope scope,
      Map<String, Object> metrics,
      @JsonProperty("_metric_names_hash") String metricNamesHash) {}
}
