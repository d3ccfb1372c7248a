/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The way of InfluxDB's client library (7.5): a {@code Point} of each line, and their texts joined
 * with newlines, as its {@code WriteApiBlocking} does before it sends them. Knows what the items of
 * {@link Workload} have, and nothing more.
 */
final class InfluxPoints {

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");

  private InfluxPoints() {}

  static byte[] encode(Batch batch) {
    List<Point> points = new ArrayList<>(batch.itemCount());
    switch (batch.signal()) {
      case TRACES -> batch.spans().forEach(span -> span(span, points));
      case METRICS -> batch.metrics().forEach(metric -> metric(metric, points));
      case LOGS -> batch.logs().forEach(log -> log(log, points));
    }
    return points.stream()
        .map(Point::toLineProtocol)
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void span(SpanData span, List<Point> points) {
    Point point =
        Point.measurement("spans")
            .addTag("service.name", span.getResource().getAttribute(SERVICE_NAME))
            .addTag("span_id", span.getSpanId())
            .addTag("trace_id", span.getTraceId())
            .addField(
                "attributes",
                json(span.getResource(), span.getInstrumentationScopeInfo(), span.getAttributes()))
            .addField("span.name", span.getName())
            .addField("span.kind", span.getKind() == SpanKind.CLIENT ? "Client" : "Server")
            .addField("end_time_unix_nano", span.getEndEpochNanos())
            .addField("duration_nano", span.getEndEpochNanos() - span.getStartEpochNanos())
            .time(span.getStartEpochNanos(), WritePrecision.NS);
    if (span.getParentSpanContext().isValid()) {
      point.addField("parent_span_id", span.getParentSpanId());
    }
    if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
      point
          .addField("otel.status_code", "Error")
          .addField("otel.status_description", span.getStatus().getDescription());
    }
    points.add(point);
    for (EventData event : span.getEvents()) {
      points.add(
          Point.measurement("logs")
              .addTag("span_id", span.getSpanId())
              .addTag("trace_id", span.getTraceId())
              .addField("event.name", event.getName())
              .addField("attributes", json(null, null, event.getAttributes()))
              .time(event.getEpochNanos(), WritePrecision.NS));
    }
  }

  private static void metric(MetricData metric, List<Point> points) {
    for (PointData data : metric.getData().getPoints()) {
      Point point = Point.measurement(metric.getName());
      metric
          .getResource()
          .getAttributes()
          .forEach((key, value) -> point.addTag(key.getKey(), text(key, value)));
      point.addTag("otel.library.name", metric.getInstrumentationScopeInfo().getName());
      data.getAttributes().forEach((key, value) -> point.addTag(key.getKey(), value.toString()));
      switch (metric.getType()) {
        case LONG_SUM ->
            point.addField(
                metric.getLongSumData().isMonotonic() ? "counter" : "gauge",
                ((LongPointData) data).getValue());
        case DOUBLE_SUM -> point.addField("gauge", ((DoublePointData) data).getValue());
        case HISTOGRAM -> histogram((HistogramPointData) data, point);
        default -> throw new IllegalArgumentException(metric.getType().name());
      }
      points.add(
          point
              .addField("start_time_unix_nano", data.getStartEpochNanos())
              .time(data.getEpochNanos(), WritePrecision.NS));
    }
  }

  private static void histogram(HistogramPointData data, Point point) {
    point
        .addField("count", (double) data.getCount())
        .addField("sum", data.getSum())
        .addField("min", data.getMin())
        .addField("max", data.getMax());
    long cumulative = 0;
    for (int i = 0; i < data.getCounts().size(); i++) {
      cumulative += data.getCounts().get(i);
      point.addField(bound(data.getBoundaries(), i), (double) cumulative);
    }
  }

  private static String bound(List<Double> bounds, int bucket) {
    if (bucket == bounds.size()) {
      return "+Inf";
    }
    double bound = bounds.get(bucket);
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }

  private static void log(LogRecordData log, List<Point> points) {
    points.add(
        Point.measurement("logs")
            .addTag("service.name", log.getResource().getAttribute(SERVICE_NAME))
            .addTag("span_id", log.getSpanContext().getSpanId())
            .addTag("trace_id", log.getSpanContext().getTraceId())
            .addField(
                "attributes",
                json(log.getResource(), log.getInstrumentationScopeInfo(), log.getAttributes()))
            .addField("body", String.valueOf(log.getBodyValue().asString()))
            .addField("severity_number", log.getSeverity().getSeverityNumber())
            .addField("severity_text", log.getSeverityText())
            .addField("observed_time_unix_nano", log.getObservedTimestampEpochNanos())
            .time(
                log.getTimestampEpochNanos() == 0
                    ? log.getObservedTimestampEpochNanos()
                    : log.getTimestampEpochNanos(),
                WritePrecision.NS));
  }

  /** What the service's name is not among, which is a tag. */
  private static String json(
      @Nullable Resource resource,
      @Nullable InstrumentationScopeInfo scope,
      Attributes attributes) {
    StringBuilder json = new StringBuilder("{");
    if (resource != null) {
      append(json, resource.getAttributes());
    }
    if (scope != null) {
      json.append(",\"otel.scope.name\":\"").append(scope.getName()).append('"');
    }
    append(json, attributes);
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, Attributes attributes) {
    attributes.forEach(
        (key, value) -> {
          if (key.getKey().equals("service.name")) {
            return;
          }
          json.append(json.length() == 1 ? "\"" : ",\"").append(key.getKey()).append("\":");
          if (key.getType() == AttributeType.STRING) {
            json.append('"').append(value).append('"');
          } else {
            json.append(text(key, value));
          }
        });
  }

  private static String text(AttributeKey<?> key, Object value) {
    if (key.getType() != AttributeType.STRING_ARRAY) {
      return value.toString();
    }
    return ((List<?>) value)
        .stream().map(one -> "\"" + one + '"').collect(Collectors.joining(",", "[", "]"));
  }
}
