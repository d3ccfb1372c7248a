/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Text for people, in UTF-8: one piece for each item, without a line end after it. Being an
 * encoding, it is made once for all consoles of a chain.
 *
 * @param layout one line an item, or several
 * @param maxLineLength in chars
 */
record ReadableEncoding(Layout layout, int maxLineLength) implements Encoding {

  @Override
  public String contentType() {
    return "text/plain; charset=utf-8";
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public Payload encode(Batch batch) {
    TextWriter text = new TextWriter(maxLineLength);
    List<ByteBuffer> items = new ArrayList<>(batch.itemCount());
    switch (batch.signal()) {
      case TRACES -> {
        for (SpanData span : batch.spans()) {
          layout.span(text, span);
          items.add(take(text));
        }
      }
      case METRICS -> {
        for (MetricData metric : batch.metrics()) {
          for (PointData point : metric.getData().getPoints()) {
            layout.point(text, metric, point);
            items.add(take(text));
          }
        }
      }
      case LOGS -> {
        for (LogRecordData log : batch.logs()) {
          layout.log(text, log);
          items.add(take(text));
        }
      }
    }
    return Payload.ofItems(items);
  }

  private static ByteBuffer take(TextWriter text) {
    return ByteBuffer.wrap(text.take().getBytes(StandardCharsets.UTF_8));
  }
}
