/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A line for each item.
 *
 * @param reusesArray whether all payloads have one array, which is wrong
 */
record LineEncoding(boolean reusesArray) implements Encoding {

  private static final byte[] ARRAY = new byte[1 << 16];

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public Payload encode(Batch batch) {
    StringBuilder lines = new StringBuilder();
    switch (batch.signal()) {
      case TRACES -> batch.spans().forEach(span -> lines.append(span.getName()).append('\n'));
      case METRICS ->
          batch
              .metrics()
              .forEach(
                  metric ->
                      lines
                          .append(metric.getName())
                          .append(metric.getData().getPoints())
                          .append('\n'));
      case LOGS -> batch.logs().forEach(log -> lines.append(log.getBodyValue()).append('\n'));
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    if (!reusesArray) {
      return Payload.of(bytes);
    }
    System.arraycopy(bytes, 0, ARRAY, 0, bytes.length);
    List<ByteBuffer> pieces =
        new ArrayList<>(Collections.nCopies(batch.itemCount(), ByteBuffer.allocate(0)));
    pieces.set(0, ByteBuffer.wrap(ARRAY, 0, bytes.length));
    return Payload.ofItems(pieces);
  }

  /** The same, but equal to nothing but itself. */
  static Encoding byIdentity() {
    LineEncoding lines = new LineEncoding(false);
    return new Encoding() {
      @Override
      public String contentType() {
        return lines.contentType();
      }

      @Override
      public Set<Signal> signals() {
        return lines.signals();
      }

      @Override
      public Payload encode(Batch batch) {
        return lines.encode(batch);
      }
    };
  }
}
