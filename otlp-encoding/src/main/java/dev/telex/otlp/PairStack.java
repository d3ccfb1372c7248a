/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the pairs of a {@code forEach}, to be taken last pair first: that is the order in which
 * {@link ProtoBuffer} needs them. Taking a pair forgets it.
 */
final class PairStack implements BiConsumer<Object, Object> {

  private @Nullable Object[] pairs = new @Nullable Object[256];
  private int size;

  @Override
  public void accept(Object key, Object value) {
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * size);
    }
    pairs[size] = key;
    pairs[size + 1] = value;
    size += 2;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The value of the last pair, and after that its key. */
  Object pop() {
    Object last = pairs[--size];
    pairs[size] = null;
    return last;
  }
}
