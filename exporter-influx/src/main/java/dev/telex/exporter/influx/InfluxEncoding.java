/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * InfluxDB line protocol with times in nanoseconds; carries all signals. A payload has a piece for
 * each item: the lines of a span with its events and links, of a log record, or of a data point. A
 * piece is empty if nothing of the item can be written; see {@link InfluxExporter}.
 *
 * <p>Lines that would be one point, with the same tags and time, are a nanosecond apart: log
 * records, events of a span, links between the same two spans, exemplars.
 *
 * @param schema of metrics
 * @param dialect of the server
 * @param spanDimensions the attributes of spans, their scopes and resources that are tags
 * @param logDimensions the attributes of log records, their scopes and resources that are tags
 */
public record InfluxEncoding(
    InfluxSchema schema,
    InfluxDialect dialect,
    Set<String> spanDimensions,
    Set<String> logDimensions)
    implements Encoding {

  private static final Set<Signal> ALL = Set.copyOf(EnumSet.allOf(Signal.class));

  /** Copies the sets. */
  public InfluxEncoding {
    spanDimensions = Set.copyOf(spanDimensions);
    logDimensions = Set.copyOf(logDimensions);
  }

  @Override
  public String contentType() {
    return "text/plain; charset=utf-8";
  }

  @Override
  public Set<Signal> signals() {
    return ALL;
  }

  @Override
  public Payload encode(Batch batch) {
    LineOutput out = new LineOutput(dialect);
    int[] ends = new int[batch.itemCount()];
    switch (batch.signal()) {
      case TRACES -> spans(batch.spans(), out, ends);
      case METRICS -> metrics(batch.metrics(), out, ends);
      case LOGS -> logs(batch.logs(), out, ends);
    }
    byte[] bytes = out.take();
    List<ByteBuffer> pieces = new ArrayList<>(ends.length);
    int begin = 0;
    for (int end : ends) {
      pieces.add(ByteBuffer.wrap(bytes, begin, end - begin));
      begin = end;
    }
    return Payload.ofItems(pieces);
  }

  private void spans(List<SpanData> spans, LineOutput out, int[] ends) {
    SpanLines lines = new SpanLines(out, spanDimensions);
    int item = 0;
    for (SpanData span : spans) {
      lines.write(span);
      ends[item++] = out.size();
    }
  }

  private void logs(List<LogRecordData> logs, LineOutput out, int[] ends) {
    LogLines lines = new LogLines(out, logDimensions);
    int item = 0;
    for (LogRecordData log : logs) {
      lines.write(log);
      ends[item++] = out.size();
    }
  }

  private void metrics(List<MetricData> metrics, LineOutput out, int[] ends) {
    MetricLines lines = MetricLines.of(schema, out);
    int item = 0;
    for (MetricData metric : metrics) {
      for (PointData point : metric.getData().getPoints()) {
        lines.write(metric, point);
        ends[item++] = out.size();
      }
    }
  }

  /** The schema and the dialect. */
  @Override
  public String toString() {
    return "influx(" + schema.id() + "," + dialect + ")";
  }
}
