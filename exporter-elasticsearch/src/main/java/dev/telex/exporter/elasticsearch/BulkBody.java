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
import java.util.Set;

/**
 * The documents of metrics, each once, as one piece: what is compressed of them. The pieces of the
 * items themselves hold a document as often as it has data points.
 *
 * @param documents the encoding of the items
 */
record BulkBody(ElasticsearchEncoding documents) implements Encoding {

  @Override
  public String contentType() {
    return documents.contentType();
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.METRICS);
  }

  @Override
  public Payload encode(Batch batch) throws InterruptedException {
    Documents distinct = Documents.of(batch, batch.encoded(documents));
    byte[] body = new byte[Math.toIntExact(distinct.bytes())];
    ByteBuffer target = ByteBuffer.wrap(body);
    distinct.buffers().forEach(piece -> target.put(piece.duplicate()));
    return Payload.of(body);
  }

  @Override
  public String toString() {
    return documents + "-body";
  }
}
