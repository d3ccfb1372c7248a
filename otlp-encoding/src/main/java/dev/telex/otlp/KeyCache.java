/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import org.jspecify.annotations.Nullable;

/**
 * The encoded fields of attribute keys that were written lately: the same few dozen keys make up
 * much of all telemetry. Holds at most 512 keys of at most 64 characters each.
 */
final class KeyCache {

  private static final int SLOTS = 512;
  private static final int PROBES = 4;
  private static final int MAX_LENGTH = 64;

  /** A full neighbourhood takes a new key only once in so many misses: keys may never repeat. */
  private static final int MISSES_PER_EVICTION = 16;

  private final @Nullable String[] keys = new @Nullable String[SLOTS];
  private final byte[][] fields = new byte[SLOTS][];
  private int misses;

  /** Writes the field of a key. */
  void write(ProtoBuffer out, int tag, String key) {
    int hash = key.hashCode();
    int first = (hash ^ hash >>> 16) & SLOTS - 1;
    int free = -1;
    for (int i = 0; i < PROBES; i++) {
      int slot = (first + i) & SLOTS - 1;
      String known = keys[slot];
      if (known == null) {
        free = slot;
        break;
      }
      if (known.equals(key)) {
        out.fields(fields[slot]);
        return;
      }
    }
    int end = out.size();
    out.string(tag, key);
    if (key.length() <= MAX_LENGTH && (free >= 0 || ++misses % MISSES_PER_EVICTION == 0)) {
      int slot = free >= 0 ? free : first;
      keys[slot] = key;
      fields[slot] = out.copySince(end);
    }
  }
}
