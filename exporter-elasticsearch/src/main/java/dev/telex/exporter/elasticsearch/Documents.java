/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The documents of a batch, each once, and which of its items they are of.
 *
 * <p>A span has its own document and one for each event after it; a log record has one; several
 * data points share one, and some have none.
 */
final class Documents {

  /** Of an item that has no document. */
  private static final int NONE = -1;

  /** The bytes of a document, for a map; their own hash code looks at each byte by itself. */
  private static final class Piece {
    private final ByteBuffer bytes;
    private final int hash;

    Piece(ByteBuffer bytes) {
      this.bytes = bytes;
      int end = bytes.limit();
      long sum = end;
      int at = bytes.position();
      for (; at <= end - Long.BYTES; at += Long.BYTES) {
        sum = sum * MULTIPLIER + bytes.getLong(at);
      }
      for (; at < end; at++) {
        sum = sum * MULTIPLIER + bytes.get(at);
      }
      this.hash = Long.hashCode(sum * MULTIPLIER);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Piece piece && hash == piece.hash && bytes.equals(piece.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Odd, with bits all over. */
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final List<ByteBuffer> buffers;
  private final int[] first;
  private final int[] count;
  private final int size;

  private Documents(List<ByteBuffer> buffers, int[] first, int[] count, int size) {
    this.buffers = buffers;
    this.first = first;
    this.count = count;
    this.size = size;
  }

  /** Those of a batch whose payload this is. */
  static Documents of(Batch batch, Payload payload) {
    return batch.signal() == Signal.METRICS ? shared(payload) : own(batch, payload);
  }

  private static Documents own(Batch batch, Payload payload) {
    int items = batch.itemCount();
    int[] first = new int[items];
    int[] count = new int[items];
    int size = 0;
    for (int i = 0; i < items; i++) {
      first[i] = size;
      count[i] = batch.signal() == Signal.TRACES ? SpanDocuments.count(batch.spans().get(i)) : 1;
      size += count[i];
    }
    return new Documents(payload.buffers(), first, count, size);
  }

  private static Documents shared(Payload payload) {
    List<ByteBuffer> distinct = new ArrayList<>();
    // Equal bytes are one document: where they are not the same, they would be to Elasticsearch.
    Map<Piece, Integer> known = new HashMap<>();
    List<ByteBuffer> pieces = payload.buffers();
    int[] first = new int[pieces.size()];
    int[] count = new int[pieces.size()];
    for (int i = 0; i < first.length; i++) {
      ByteBuffer piece = pieces.get(i);
      first[i] = NONE;
      if (piece.hasRemaining()) {
        Integer place = known.putIfAbsent(new Piece(piece), distinct.size());
        if (place == null) {
          first[i] = distinct.size();
          distinct.add(piece);
        } else {
          first[i] = place;
        }
        count[i] = 1;
      }
    }
    return new Documents(distinct, first, count, distinct.size());
  }

  /** The lines of all documents. */
  List<ByteBuffer> buffers() {
    return buffers;
  }

  /** The bytes of all documents. */
  long bytes() {
    return buffers.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  /** How many documents there are. */
  int size() {
    return size;
  }

  /** Whether an item has none, because Elasticsearch has no field for it. */
  boolean hasNone(int item) {
    return first[item] == NONE;
  }

  /** The index of the document of an item. */
  int own(int item) {
    return first[item];
  }

  /** How many further ones it has, right after its own. */
  int further(int item) {
    return count[item] - 1;
  }
}
