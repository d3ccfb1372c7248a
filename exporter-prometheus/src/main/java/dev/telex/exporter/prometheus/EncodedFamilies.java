/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The bytes of all families in one format. Immutable; every payload of it shares its memory. */
final class EncodedFamilies {

  private final ByteBuffer bytes;
  private final List<Family> families;
  private final List<ByteBuffer> pieces;
  private final ByteBuffer tail;

  /**
   * Takes them.
   *
   * @param handedOver is not copied: the caller must not touch it any more
   * @param families which they are
   * @param ends where each ends, and the next begins
   * @param tail what comes after the last, whichever that is
   */
  EncodedFamilies(byte[] handedOver, List<Family> families, List<Integer> ends, byte[] tail) {
    this.families = List.copyOf(families);
    this.tail = ByteBuffer.wrap(tail).asReadOnlyBuffer();
    List<ByteBuffer> all = new ArrayList<>(ends.size());
    int start = 0;
    for (int end : ends) {
      all.add(ByteBuffer.wrap(handedOver, start, end - start).asReadOnlyBuffer());
      start = end;
    }
    this.pieces = List.copyOf(all);
    this.bytes = ByteBuffer.wrap(handedOver, 0, start).asReadOnlyBuffer();
  }

  /** Those that could be written. */
  List<Family> families() {
    return families;
  }

  int size() {
    return bytes.remaining() + tail.remaining();
  }

  Payload all() {
    return Payload.ofItems(List.of(bytes, tail));
  }

  /** Those that have one of these names. */
  Payload some(Set<String> names) {
    List<ByteBuffer> some = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      if (families.get(i).isOneOf(names)) {
        some.add(pieces.get(i));
      }
    }
    some.add(tail);
    return Payload.ofItems(some);
  }
}
