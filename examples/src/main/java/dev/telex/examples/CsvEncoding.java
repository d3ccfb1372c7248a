/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Spans as comma-separated values, one line for each. Being an enum constant, it is equal for all
 * exporters that use it, and so they share what it made of a batch.
 */
enum CsvEncoding implements Encoding {
  UTF_8;

  @Override
  public String contentType() {
    return "text/csv; charset=utf-8";
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.TRACES);
  }

  @Override
  public Payload encode(Batch batch) {
    List<ByteBuffer> lines = new ArrayList<>(batch.itemCount());
    for (SpanData span : batch.spans()) {
      String line = span.getName() + "," + span.getStartEpochNanos() + "\n";
      lines.add(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
    return Payload.ofItems(lines);
  }
}
