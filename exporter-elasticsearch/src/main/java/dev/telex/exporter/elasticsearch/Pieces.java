/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What was written, cut into one piece for each item: all slices of one array. */
final class Pieces {

  private final int[] ends;
  private int count;

  Pieces(int items) {
    this.ends = new int[items];
  }

  /** The next piece ends here. */
  void end(JsonOutput out) {
    ends[count++] = out.size();
  }

  /** The pieces; the output is of no use any more. */
  List<ByteBuffer> take(JsonOutput out) {
    ByteBuffer all = ByteBuffer.wrap(out.take());
    List<ByteBuffer> pieces = new ArrayList<>(count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      pieces.add(all.slice(from, ends[i] - from));
      from = ends[i];
    }
    return pieces;
  }

  /** As {@link #take}, as a payload. */
  Payload payload(JsonOutput out) {
    return Payload.ofItems(take(out));
  }
}
