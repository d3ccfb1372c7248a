/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Where the items of a batch come from, if from other batches: in a format that has a piece for
 * each item, theirs are taken, and not made again.
 */
sealed interface Origin {

  /** Whether some of the pieces have been made. */
  boolean hasPieces(Encoding encoding);

  /** All pieces, in order; those that have not been made are made now. */
  List<ByteBuffer> pieces(Encoding encoding) throws InterruptedException;

  /** Some of the items of one batch, in their order. The bits never change. */
  record Subset(Batch whole, BitSet items) implements Origin {

    @Override
    public boolean hasPieces(Encoding encoding) {
      return whole.hasPieces(encoding);
    }

    @Override
    public List<ByteBuffer> pieces(Encoding encoding) throws InterruptedException {
      Payload payload = whole.encoded(encoding);
      List<ByteBuffer> pieces = new ArrayList<>(items.cardinality());
      items.stream().forEach(item -> pieces.add(payload.item(item)));
      return pieces;
    }
  }

  /** All items of several batches, one batch after the other. */
  record Sum(List<Batch> parts) implements Origin {

    @Override
    public boolean hasPieces(Encoding encoding) {
      return parts.stream().anyMatch(part -> part.hasPieces(encoding));
    }

    @Override
    public List<ByteBuffer> pieces(Encoding encoding) throws InterruptedException {
      List<ByteBuffer> pieces = new ArrayList<>();
      for (Batch part : parts) {
        pieces.addAll(part.encoded(encoding).buffers());
      }
      return pieces;
    }
  }
}
