/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.NdJsonpSerializable;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.util.BinaryData;
import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The way of Elasticsearch's own Java client to the body of a bulk request: an object of each
 * document, an operation of each object, and what the client's transport makes of them with its
 * mapper over Jackson. Knows what the items of {@link Workload} have, and nothing more.
 */
final class ElasticsearchClientBody {

  private static final ElasticsearchDocument.DataStream TRACES = stream("traces");
  private static final ElasticsearchDocument.DataStream LOGS = stream("logs");
  private static final ElasticsearchDocument.DataStream METRICS = stream("metrics");
  private static final byte[] SEPARATOR = "\n".getBytes(StandardCharsets.UTF_8);
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final JsonpMapper mapper = new JacksonJsonpMapper();

  /** The pieces of the body. */
  List<ByteBuffer> encode(Batch batch) throws IOException {
    Operations operations = new Operations();
    switch (batch.signal()) {
      case TRACES -> batch.spans().forEach(operations::add);
      case LOGS -> batch.logs().forEach(operations::add);
      case METRICS -> operations.add(batch.metrics());
    }
    List<ByteBuffer> lines = new ArrayList<>();
    collect(
        BulkRequest.of(request -> request.operations(operations.all).requireDataStream(true)),
        lines);
    return lines;
  }

  /** As {@code ElasticsearchTransportBase} does. */
  private void collect(NdJsonpSerializable value, List<ByteBuffer> lines) throws IOException {
    Iterator<?> parts = value._serializables();
    while (parts.hasNext()) {
      Object part = parts.next();
      if (part instanceof NdJsonpSerializable lower && part != value) {
        collect(lower, lines);
      } else if (part != null) {
        lines.add(BinaryData.of(part, mapper).asByteBuffer());
        lines.add(ByteBuffer.wrap(SEPARATOR));
      }
    }
  }

  /** Makes the documents of one batch. What many have in common is one object. */
  private static final class Operations {

    private final List<BulkOperation> all = new ArrayList<>();
    private final String batchId = UUID.randomUUID().toString();
    private final Map<Resource, ElasticsearchDocument.Resource> resources = new LinkedHashMap<>();
    private final Map<InstrumentationScopeInfo, ElasticsearchDocument.Scope> scopes =
        new LinkedHashMap<>();

    private void create(ElasticsearchDocument.DataStream stream, Object document) {
      String id = batchId + "-" + all.size();
      all.add(
          BulkOperation.of(
              operation ->
                  operation.create(
                      create -> create.index(stream.index()).id(id).document(document))));
    }

    void add(SpanData span) {
      create(
          TRACES,
          new ElasticsearchDocument.Span(
              time(span.getStartEpochNanos()),
              TRACES,
              span.getTraceId(),
              span.getSpanId(),
              span.getParentSpanContext().isValid() ? span.getParentSpanId() : null,
              span.getName(),
              kind(span.getKind()),
              span.getEndEpochNanos() - span.getStartEpochNanos(),
              attributes(span.getAttributes()),
              status(span.getStatus()),
              resource(span.getResource()),
              scope(span.getInstrumentationScopeInfo())));
      for (EventData event : span.getEvents()) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        event.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
        attributes.put("event.name", event.getName());
        create(
            LOGS,
            new ElasticsearchDocument.Event(
                time(event.getEpochNanos()),
                LOGS,
                span.getTraceId(),
                span.getSpanId(),
                event.getName(),
                attributes,
                resource(span.getResource()),
                scope(span.getInstrumentationScopeInfo())));
      }
    }

    void add(LogRecordData log) {
      long time = log.getTimestampEpochNanos();
      long observed = log.getObservedTimestampEpochNanos();
      create(
          LOGS,
          new ElasticsearchDocument.Log(
              time(time == 0 ? observed : time),
              time(observed),
              LOGS,
              log.getSeverityText(),
              log.getSeverity().getSeverityNumber(),
              log.getSpanContext().getTraceId(),
              log.getSpanContext().getSpanId(),
              attributes(log.getAttributes()),
              new ElasticsearchDocument.Body(Objects.requireNonNull(log.getBodyValue()).asString()),
              resource(log.getResource()),
              scope(log.getInstrumentationScopeInfo())));
    }

    private record Series(
        Resource resource,
        InstrumentationScopeInfo scope,
        String unit,
        Attributes attributes,
        long millis,
        long startMillis) {}

    private record Named(String template, Object value) {}

    void add(Iterable<MetricData> metrics) {
      Map<Series, Map<String, Named>> groups = new LinkedHashMap<>();
      for (MetricData metric : metrics) {
        for (PointData point : metric.getData().getPoints()) {
          Series series =
              new Series(
                  metric.getResource(),
                  metric.getInstrumentationScopeInfo(),
                  metric.getUnit(),
                  point.getAttributes(),
                  point.getEpochNanos() / NANOS_PER_MILLI,
                  point.getStartEpochNanos() / NANOS_PER_MILLI);
          groups
              .computeIfAbsent(series, key -> new TreeMap<>())
              .put(metric.getName(), named(metric, point));
        }
      }
      groups.forEach(this::create);
    }

    private void create(Series series, Map<String, Named> points) {
      Map<String, Object> values = new LinkedHashMap<>();
      Map<String, String> templates = new LinkedHashMap<>();
      points.forEach(
          (name, point) -> {
            values.put(name, point.value());
            templates.put("metrics." + name, point.template());
          });
      ElasticsearchDocument.Metrics document =
          new ElasticsearchDocument.Metrics(
              series.millis(),
              series.startMillis(),
              METRICS,
              series.unit().isEmpty() ? null : series.unit(),
              attributes(series.attributes()),
              resource(series.resource()),
              scope(series.scope()),
              values,
              Integer.toHexString(points.keySet().hashCode()));
      all.add(
          BulkOperation.of(
              operation ->
                  operation.create(
                      create ->
                          create
                              .index(METRICS.index())
                              .dynamicTemplates(templates)
                              .document(document))));
    }

    private ElasticsearchDocument.Resource resource(Resource resource) {
      return resources.computeIfAbsent(
          resource,
          key ->
              new ElasticsearchDocument.Resource(
                  key.getSchemaUrl(), attributes(key.getAttributes())));
    }

    private ElasticsearchDocument.Scope scope(InstrumentationScopeInfo scope) {
      return scopes.computeIfAbsent(
          scope, key -> new ElasticsearchDocument.Scope(key.getName(), key.getVersion()));
    }
  }

  private static Operations.Named named(MetricData metric, PointData point) {
    return switch (metric.getType()) {
      case LONG_SUM ->
          new Operations.Named(
              metric.getLongSumData().isMonotonic() ? "counter_long" : "gauge_long",
              ((LongPointData) point).getValue());
      case DOUBLE_SUM ->
          new Operations.Named(
              metric.getDoubleSumData().isMonotonic() ? "counter_double" : "gauge_double",
              ((DoublePointData) point).getValue());
      case HISTOGRAM -> new Operations.Named("histogram", histogram((HistogramPointData) point));
      case LONG_GAUGE, DOUBLE_GAUGE, SUMMARY, EXPONENTIAL_HISTOGRAM ->
          throw new IllegalArgumentException("not in the workload: " + metric.getType());
    };
  }

  private static ElasticsearchDocument.Histogram histogram(HistogramPointData point) {
    List<Double> bounds = point.getBoundaries();
    List<Double> values = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < point.getCounts().size(); i++) {
      long count = point.getCounts().get(i);
      if (count > 0) {
        double upper = bounds.get(Math.min(i, bounds.size() - 1));
        double lower = i == 0 ? Math.min(0, upper) : bounds.get(i - 1);
        values.add(i == bounds.size() ? lower : lower + (upper - lower) / 2);
        counts.add(count);
      }
    }
    return new ElasticsearchDocument.Histogram(values, counts);
  }

  private static ElasticsearchDocument.DataStream stream(String type) {
    return new ElasticsearchDocument.DataStream(type, "generic.otel", "default");
  }

  private static @Nullable Map<String, Object> attributes(Attributes attributes) {
    if (attributes.isEmpty()) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    attributes.forEach((key, value) -> map.put(key.getKey(), value));
    return map;
  }

  private static ElasticsearchDocument.@Nullable Status status(StatusData status) {
    if (status.getStatusCode() == StatusCode.UNSET) {
      return null;
    }
    return new ElasticsearchDocument.Status(
        status.getDescription().isEmpty() ? null : status.getDescription(),
        status.getStatusCode() == StatusCode.OK ? "Ok" : "Error");
  }

  private static String kind(SpanKind kind) {
    return switch (kind) {
      case INTERNAL -> "Internal";
      case SERVER -> "Server";
      case CLIENT -> "Client";
      case PRODUCER -> "Producer";
      case CONSUMER -> "Consumer";
    };
  }

  /** Milliseconds, with six digits after the point. */
  private static String time(long epochNanos) {
    String nanos = Long.toString(NANOS_PER_MILLI + epochNanos % NANOS_PER_MILLI);
    return epochNanos / NANOS_PER_MILLI + "." + nanos.substring(1);
  }
}
