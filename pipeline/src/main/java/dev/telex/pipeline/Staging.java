/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has taken out of its inlet and weighed: loads for batches, the last of which is
 * being filled. All but {@link #published} is for the worker alone.
 *
 * <p>An object of its own for the caches too: the worker writes to it with each item, and what
 * callers read must not lie beside that.
 */
final class Staging<D> {

  private static final long FIRST_GUESS = 512;

  private final PipelineSettings settings;
  private final Deque<Load<D>> full = new ArrayDeque<>();
  private Load<D> filling;
  private int items;
  private long bytes;
  private long weight = FIRST_GUESS;
  private volatile int published;

  Staging(PipelineSettings settings) {
    this.settings = settings;
    this.filling = new Load<>(settings);
  }

  void add(D item, long itemBytes) {
    if (filling.hasNoRoomFor(itemBytes, settings)) {
      turn();
    }
    filling.add(item, itemBytes);
    items++;
    bytes += itemBytes;
    if (filling.isFull(settings)) {
      turn();
    }
  }

  boolean hasFull() {
    return !full.isEmpty();
  }

  /**
   * Takes a load out.
   *
   * @param rest whether one that is not full will do
   * @return null if there is none
   */
  @Nullable Load<D> take(boolean rest) {
    if (full.isEmpty() && rest && !filling.isEmpty()) {
      turn();
    }
    Load<D> load = full.poll();
    if (load != null) {
      items -= load.items();
      bytes -= load.bytes();
      // What grows is believed at once, what shrinks by and by.
      long ofLate = Math.max(1, load.bytes() / load.items());
      weight = Math.max(ofLate, (7 * weight + ofLate) / 8);
    }
    return load;
  }

  /**
   * Throws everything away.
   *
   * @return how many items that was
   */
  int clear() {
    int thrown = items;
    full.clear();
    filling = new Load<>(settings);
    items = 0;
    bytes = 0;
    publish();
    return thrown;
  }

  int items() {
    return items;
  }

  long bytes() {
    return bytes;
  }

  /** The bytes of an item, as they were of late. */
  long weight() {
    return weight;
  }

  /** How many more items complete the load that is being filled, at the weight of late. */
  long lacking() {
    long fitting = (settings.maxBatchBytes() - filling.bytes()) / weight;
    return Math.min(settings.maxBatchSize() - filling.items(), fitting);
  }

  /** Lets others know how many items there are. */
  void publish() {
    if (published != items) {
      published = items;
    }
  }

  /** How many items there were when that was last made known; for any thread. */
  int published() {
    return published;
  }

  private void turn() {
    full.add(filling);
    filling = new Load<>(settings);
  }
}
