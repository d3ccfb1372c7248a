/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of those policies by which an item that waits may have to go. Items are read and
 * weighed when they are emitted, and the caller that finds no room takes the item that has to go
 * out of the queue itself.
 */
final class WeighedQueue<E, D> implements Inlet<E>, BatchSource {

  private static final int NEVER = Integer.MAX_VALUE;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<WeighedQueue> WAKE_AT =
      AtomicIntegerFieldUpdater.newUpdater(WeighedQueue.class, "wakeAt");

  private final ItemKind<E, D> kind;
  private final PipelineSettings settings;
  private final Tally tally;
  private final Waker waker;
  private final boolean keepsWhatMatters;

  /** What waits; with {@link Overflow#KEEP_WHAT_MATTERS} without what matters. */
  private final MpmcAtomicArrayQueue<Entry<D>> ordinary;

  private final MpmcAtomicArrayQueue<Entry<D>> mattering;

  /** Items in both queues, and those that are just on their way in. */
  private final AtomicInteger count = new AtomicInteger();

  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder emitted = new LongAdder();
  private volatile int wakeAt = NEVER;
  private volatile boolean closed;
  private volatile boolean ended;

  /** Belongs to the worker. */
  private Load<D> filling;

  private volatile int fillingForOthers;

  WeighedQueue(ItemKind<E, D> kind, PipelineSettings settings, Tally tally, Waker waker) {
    this.kind = kind;
    this.settings = settings;
    this.filling = new Load<>(settings);
    this.tally = tally;
    this.waker = waker;
    this.keepsWhatMatters = settings.overflow() == Overflow.KEEP_WHAT_MATTERS;
    int capacity = Math.max(2, settings.maxQueueSize());
    this.ordinary = new MpmcAtomicArrayQueue<>(capacity);
    this.mattering = new MpmcAtomicArrayQueue<>(keepsWhatMatters ? capacity : 2);
  }

  @Override
  public void offer(E item) {
    emitted.increment();
    if (closed) {
      tally.drop(DropReason.ALREADY_SHUTDOWN, 1);
      return;
    }
    Entry<D> entry;
    try {
      D data = kind.data(item);
      entry = new Entry<>(data, kind.weigh(new ItemSize(), data));
    } catch (RuntimeException e) {
      tally.drop(DropReason.UNREADABLE, 1);
      return;
    }
    boolean matters = keepsWhatMatters && kind.matters(entry.data);
    if (!reserve(entry, !keepsWhatMatters || matters)) {
      tally.drop(DropReason.QUEUE_FULL, 1);
      return;
    }
    // What has a place finds one: the queues are as large as the bound, and count is never less
    // than what they hold.
    (matters ? mattering : ordinary).add(entry);
    if (ended) {
      drain(DropReason.ALREADY_SHUTDOWN);
    } else {
      int at = wakeAt;
      if (count.get() >= at && WAKE_AT.compareAndSet(this, at, NEVER)) {
        waker.wake();
      }
    }
  }

  @Override
  public void awake() {
    wakeAt = NEVER;
  }

  @Override
  public @Nullable Batch next(boolean rest) {
    Load<D> full = null;
    while (full == null) {
      if (filling.isFull(settings)) {
        full = filling;
        filling = new Load<>(settings);
        break;
      }
      Entry<D> entry = take();
      if (entry == null) {
        break;
      }
      if (filling.hasNoRoomFor(entry.weight, settings)) {
        full = filling;
        filling = new Load<>(settings);
      }
      filling.add(entry.data, entry.weight);
    }
    if (full == null && rest && !filling.isEmpty()) {
      full = filling;
      filling = new Load<>(settings);
    }
    fillingForOthers = filling.items();
    return full == null ? null : full.batch(kind);
  }

  /** What has come was weighed by who brought it. */
  @Override
  public void settle() {}

  @Override
  public boolean sleep(boolean mayExport) {
    if (!mayExport) {
      // The end of an export wakes the worker, and nothing else needs to.
      return true;
    }
    int waiting = Math.max(1, count.get());
    long weight = Math.max(1, bytes.get() / waiting);
    long fitting = (settings.maxBatchBytes() - filling.bytes()) / weight;
    int at = (int) Math.max(1, Math.min(settings.maxBatchSize() - filling.items(), fitting));
    wakeAt = at;
    if (count.get() < at) {
      return true;
    }
    wakeAt = NEVER;
    return false;
  }

  @Override
  public BooleanSupplier mark() {
    long lastOrdinary = ordinary.currentProducerIndex();
    long lastMattering = mattering.currentProducerIndex();
    return () ->
        ordinary.currentConsumerIndex() >= lastOrdinary
            && mattering.currentConsumerIndex() >= lastMattering
            && filling.isEmpty();
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void end() {
    closed = true;
    tally.drop(DropReason.SHUTDOWN, filling.items());
    filling = new Load<>(settings);
    fillingForOthers = 0;
    // Whoever still gets an item in sees this, and drops it.
    ended = true;
    drain(DropReason.SHUTDOWN);
  }

  @Override
  public long emitted() {
    return emitted.sum();
  }

  @Override
  public long queued() {
    return ordinary.size() + (long) mattering.size() + fillingForOthers;
  }

  /**
   * Counts an item in, if need be in another's place.
   *
   * @return whether there is room for it
   */
  private boolean reserve(Entry<D> entry, boolean mayEvict) {
    boolean fits = count.incrementAndGet() <= settings.maxQueueSize();
    boolean fitsInBytes = bytes.addAndGet(entry.weight) <= settings.maxQueueBytes();
    while (!fits || !fitsInBytes) {
      Entry<D> victim = mayEvict ? ordinary.poll() : null;
      if (victim == null) {
        // An item larger than the whole bound goes through alone.
        if (fits && count.get() == 1) {
          return true;
        }
        release(entry);
        return false;
      }
      release(victim);
      tally.drop(DropReason.EVICTED, 1);
      // The victim's place is ours: each that finds the queue too full takes one out.
      fits = true;
      fitsInBytes = bytes.get() <= settings.maxQueueBytes();
    }
    return true;
  }

  private @Nullable Entry<D> take() {
    Entry<D> entry = keepsWhatMatters ? mattering.poll() : null;
    if (entry == null) {
      entry = ordinary.poll();
    }
    if (entry != null) {
      release(entry);
    }
    return entry;
  }

  private void release(Entry<D> entry) {
    count.decrementAndGet();
    bytes.addAndGet(-entry.weight);
  }

  private void drain(DropReason reason) {
    while (take() != null) {
      tally.drop(reason, 1);
    }
  }

  private record Entry<D>(D data, long weight) {}
}
