/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Small pieces as fewer larger ones, made when they are sent: the client writes to the socket after
 * each piece that it is given. Each pass over them begins anew.
 *
 * @param pieces read-only; neither they nor their positions are touched
 */
record Chunks(List<ByteBuffer> pieces) implements Iterable<ByteBuffer> {

  private static final int MAX_BYTES = 64 << 10;

  @Override
  public Iterator<ByteBuffer> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < pieces.size();
      }

      @Override
      public ByteBuffer next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int from = next++;
        int bytes = pieces.get(from).remaining();
        while (hasNext() && bytes + pieces.get(next).remaining() <= MAX_BYTES) {
          bytes += pieces.get(next++).remaining();
        }
        return next - from == 1 ? pieces.get(from).duplicate() : joined(from, next, bytes);
      }
    };
  }

  private ByteBuffer joined(int from, int to, int bytes) {
    ByteBuffer chunk = ByteBuffer.allocate(bytes);
    pieces.subList(from, to).forEach(piece -> chunk.put(piece.duplicate()));
    return chunk.flip();
  }
}
