/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects metrics, and holds those of one collection until they are exported. It collects on the
 * thread of its worker, the only producer, and not before the last collection has left: until then
 * the SDK goes on to aggregate, and nothing is lost.
 */
final class MetricQueue implements BatchSource {

  private final PipelineSettings settings;
  private final Tally tally;
  private final LongAdder emitted = new LongAdder();
  private volatile CollectionRegistration registration = CollectionRegistration.noop();
  private volatile int queued;
  private volatile boolean ended;

  // What follows belongs to the worker.
  private final ItemSize size = new ItemSize();
  private final Deque<Batch> collected = new ArrayDeque<>();
  private int waiting;
  private long wanted;
  private long done;

  MetricQueue(PipelineSettings settings, Tally tally) {
    this.settings = settings;
    this.tally = tally;
  }

  void register(CollectionRegistration known) {
    registration = known;
  }

  @Override
  public void awake() {}

  @Override
  public @Nullable Batch next(boolean rest) {
    if (collected.isEmpty() && done < wanted) {
      done = wanted;
      collect();
    }
    Batch batch = collected.poll();
    if (batch != null) {
      waiting -= batch.itemCount();
      queued = waiting;
    }
    return batch;
  }

  @Override
  public void settle() {}

  @Override
  public boolean sleep(boolean mayExport) {
    return true;
  }

  /** Asks for a collection; it has left when that has. */
  @Override
  public BooleanSupplier mark() {
    long mine = ++wanted;
    return () -> done >= mine && collected.isEmpty();
  }

  /** The last collection follows: the worker marks it. */
  @Override
  public void close() {}

  @Override
  public void end() {
    ended = true;
    tally.drop(DropReason.SHUTDOWN, waiting);
    collected.clear();
    waiting = 0;
    queued = 0;
  }

  @Override
  public long emitted() {
    return emitted.sum();
  }

  @Override
  public long queued() {
    return queued;
  }

  private void collect() {
    if (ended) {
      return;
    }
    Collection<MetricData> metrics;
    try {
      metrics = registration.collectAllMetrics();
    } catch (RuntimeException e) {
      Pipeline.LOGGER.log(System.Logger.Level.WARNING, "metrics could not be collected", e);
      return;
    }
    Batch all = Batch.metrics(metrics);
    if (all.itemCount() == 0) {
      return;
    }
    emitted.add(all.itemCount());
    waiting = all.itemCount();
    queued = waiting;
    collected.addAll(all.split(maxItems(all)));
  }

  private int maxItems(Batch all) {
    long bytes = 0;
    for (MetricData metric : all.metrics()) {
      bytes += size.of(metric);
    }
    long weight = Math.max(1, bytes / all.itemCount());
    return (int) Math.max(1, Math.min(settings.maxBatchSize(), settings.maxBatchBytes() / weight));
  }
}
