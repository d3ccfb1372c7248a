/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many bytes an item has as OTLP: what its strings and attributes are long, and a
 * fixed sum for the rest. A char counts as a byte, and the resource and the scope not at all. Used
 * again and again, by one thread.
 */
final class ItemSize implements BiConsumer<AttributeKey<?>, Object> {

  private static final int SPAN = 96;
  private static final int EVENT = 16;
  private static final int LINK = 32;
  private static final int LOG_RECORD = 64;
  private static final int POINT = 32;
  private static final int EXEMPLAR = 48;

  /** Tags and lengths of a key, a value and the pair. */
  private static final int PAIR = 6;

  private static final int NUMBER = 8;

  /** A body may be nested, but what is deeper than this is not looked into. */
  private static final int MAX_DEPTH = 8;

  private long bytes;

  long of(SpanData span) {
    bytes = SPAN + length(span.getName()) + length(span.getStatus().getDescription());
    add(span.getAttributes());
    List<EventData> events = span.getEvents();
    for (int i = 0; i < events.size(); i++) {
      EventData event = events.get(i);
      bytes += EVENT + length(event.getName());
      add(event.getAttributes());
    }
    List<LinkData> links = span.getLinks();
    for (int i = 0; i < links.size(); i++) {
      bytes += LINK;
      add(links.get(i).getAttributes());
    }
    return bytes;
  }

  long of(LogRecordData log) {
    bytes = LOG_RECORD;
    Value<?> body = log.getBodyValue();
    if (body != null) {
      add(body, 0);
    }
    add(log.getAttributes());
    return bytes;
  }

  long of(MetricData metric) {
    bytes = length(metric.getName()) + length(metric.getDescription()) + length(metric.getUnit());
    for (PointData point : metric.getData().getPoints()) {
      bytes += POINT + (long) EXEMPLAR * point.getExemplars().size();
      add(point.getAttributes());
      if (point instanceof HistogramPointData histogram) {
        bytes += (long) NUMBER * 2 * histogram.getCounts().size();
      } else if (point instanceof ExponentialHistogramPointData histogram) {
        bytes += histogram.getPositiveBuckets().getBucketCounts().size();
        bytes += histogram.getNegativeBuckets().getBucketCounts().size();
      }
    }
    return bytes;
  }

  /** An attribute. */
  @Override
  public void accept(AttributeKey<?> key, Object value) {
    bytes += PAIR + key.getKey().length();
    if (value instanceof String text) {
      bytes += text.length();
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        bytes += 2 + (element instanceof String text ? text.length() : NUMBER);
      }
    } else if (value instanceof Value<?> nested) {
      add(nested, 0);
    } else {
      bytes += NUMBER;
    }
  }

  private void add(Attributes attributes) {
    if (!attributes.isEmpty()) {
      attributes.forEach(this);
    }
  }

  private void add(Value<?> value, int depth) {
    Object content = value.getValue();
    if (content instanceof String text) {
      bytes += text.length();
    } else if (content instanceof ByteBuffer buffer) {
      bytes += buffer.remaining();
    } else if (content instanceof List<?> list && depth < MAX_DEPTH) {
      for (Object element : list) {
        bytes += 2;
        if (element instanceof KeyValue pair) {
          bytes += PAIR + pair.getKey().length();
          add(pair.getValue(), depth + 1);
        } else if (element instanceof Value<?> nested) {
          add(nested, depth + 1);
        }
      }
    } else {
      bytes += NUMBER;
    }
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
