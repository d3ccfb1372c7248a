/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import java.util.ArrayList;
import java.util.List;

/** A batch that is being filled. */
final class Load<D> {

  private static final int MAX_PRESIZED = 1024;

  private final List<D> items;
  private long bytes;

  Load(PipelineSettings settings) {
    this.items = new ArrayList<>(Math.min(MAX_PRESIZED, settings.maxBatchSize()));
  }

  void add(D item, long weight) {
    items.add(item);
    bytes += weight;
  }

  int items() {
    return items.size();
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** Whether another item of that weight would be too much. */
  boolean hasNoRoomFor(long weight, PipelineSettings settings) {
    return !items.isEmpty()
        && (items.size() >= settings.maxBatchSize() || bytes + weight > settings.maxBatchBytes());
  }

  boolean isFull(PipelineSettings settings) {
    return items.size() >= settings.maxBatchSize() || bytes >= settings.maxBatchBytes();
  }

  Batch batch(ItemKind<?, D> kind) {
    return kind.batch(items);
  }
}
