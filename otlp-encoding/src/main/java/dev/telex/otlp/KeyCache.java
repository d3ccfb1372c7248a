/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The encoded form of attribute keys that were written lately: the same few dozen keys make up much
 * of all telemetry. Holds at most 512 keys of at most 64 characters each.
 *
 * <p>Keys tend to follow one another as they did before, so the last follower is tried first: that
 * takes no look at the new key but for its identity.
 */
final class KeyCache {

  private static final int SLOTS = 512;
  private static final int PROBES = 4;
  private static final int MAX_LENGTH = 64;

  /** A full neighbourhood takes a new key only once in so many misses: keys may never repeat. */
  private static final int MISSES_PER_EVICTION = 16;

  private final @Nullable EncodedKey[] slots = new @Nullable EncodedKey[SLOTS];

  /** The slot of the key that came after the one in a slot. */
  private final int[] followers = new int[SLOTS];

  private int current;
  private int misses;

  /** The encoded form of an {@link AttributeKey}. */
  EncodedKey get(Object key) {
    int follower = followers[current];
    EncodedKey guess = slots[follower];
    if (guess != null && guess.key == key) {
      current = follower;
      return guess;
    }
    return find((AttributeKey<?>) key);
  }

  private EncodedKey find(AttributeKey<?> key) {
    int hash = key.hashCode();
    int first = (hash ^ hash >>> 16) & (SLOTS - 1);
    for (int i = 0; i < PROBES; i++) {
      int slot = (first + i) & (SLOTS - 1);
      EncodedKey known = slots[slot];
      if (known == null) {
        return remember(slot, new EncodedKey(key));
      }
      if (known.key.equals(key)) {
        return follow(slot, known);
      }
    }
    EncodedKey made = new EncodedKey(key);
    return ++misses % MISSES_PER_EVICTION == 0 ? remember(first, made) : made;
  }

  private EncodedKey remember(int slot, EncodedKey made) {
    // Only the API's own keys: an encoder outlives class loaders, and must not hold theirs.
    if (made.key.getKey().length() > MAX_LENGTH
        || made.key.getClass().getClassLoader() != AttributeKey.class.getClassLoader()) {
      return made;
    }
    slots[slot] = made;
    return follow(slot, made);
  }

  private EncodedKey follow(int slot, EncodedKey key) {
    followers[current] = slot;
    current = slot;
    return key;
  }
}
