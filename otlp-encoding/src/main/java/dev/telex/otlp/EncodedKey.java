/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.AttributeKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The field of the key in a {@code KeyValue} message.
 *
 * <p>As longs, the last bytes first, because a few whole stores are quicker than copying an array.
 * What a store has too much lies before these bytes, where a buffer that is filled back to front
 * has nothing yet.
 */
final class EncodedKey {

  private static final int FIXED_WORDS = 4;

  final AttributeKey<?> key;

  /** How many bytes there are. */
  final int length;

  /** How many bytes before the end are written over. */
  final int room;

  final long last;
  final long last2;
  final long last3;
  final long last4;

  /** The words before those, the last one first. */
  final long[] more;

  EncodedKey(AttributeKey<?> key) {
    this.key = key;
    ProtoBuffer out = new ProtoBuffer(64);
    out.string(ValueWriter.KEY_VALUE_KEY, key.getKey());
    byte[] bytes = out.take();
    length = bytes.length;

    int words = Math.max(FIXED_WORDS, (length + Long.BYTES - 1) / Long.BYTES);
    room = words * Long.BYTES;
    ByteBuffer padded = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(room - length, bytes);
    last = padded.getLong(room - 8);
    last2 = padded.getLong(room - 16);
    last3 = padded.getLong(room - 24);
    last4 = padded.getLong(room - 32);
    more = new long[words - FIXED_WORDS];
    for (int i = 0; i < more.length; i++) {
      more[i] = padded.getLong(room - (FIXED_WORDS + i + 1) * Long.BYTES);
    }
  }
}
