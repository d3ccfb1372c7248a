/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of those policies that never take an item back: emitting costs one compare-and-set and
 * two reads.
 *
 * <p>Items are queued as the SDK gives them. The worker reads and weighs them when it takes them
 * out of the inlet, which it does whenever as many wait as a batch would hold; while no export may
 * begin they stand weighed, in loads. So the bound in bytes is kept by the worker, through {@link
 * #limit}, and not by the caller; what came since it last looked counts with the weight of late.
 */
final class ArrivalQueue<E, D> implements Inlet<E>, BatchSource {

  private static final int NEVER = Integer.MAX_VALUE;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<ArrivalQueue> WAKE_AT =
      AtomicIntegerFieldUpdater.newUpdater(ArrivalQueue.class, "wakeAt");

  private final ItemKind<E, D> kind;
  private final PipelineSettings settings;
  private final Tally tally;
  private final Waker waker;
  private final @Nullable Room room;
  private final MpscAtomicArrayQueue<E> inlet;

  /** The items that the inlet may hold at the moment; 0 when closed. */
  private volatile int limit;

  /** The items in the inlet at which the worker must be woken; 0 when it has ended. */
  private volatile int wakeAt = NEVER;

  private volatile boolean closed;

  /** Found once, because callers count here for most items when they are too many. */
  private final LongAdder queueFull;

  /** Items that were dropped for lack of room although the inlet had taken them. */
  private final LongAdder takenBack = new LongAdder();

  private final ReentrantLock sweeping = new ReentrantLock();

  // What follows belongs to the worker.
  private final ItemSize size = new ItemSize();
  private final Staging<D> staging;

  ArrivalQueue(ItemKind<E, D> kind, PipelineSettings settings, Tally tally, Waker waker) {
    this.kind = kind;
    this.settings = settings;
    this.tally = tally;
    this.waker = waker;
    this.inlet = new MpscAtomicArrayQueue<>(settings.maxQueueSize());
    this.limit = settings.maxQueueSize();
    this.staging = new Staging<>(settings);
    this.queueFull = tally.adder(DropReason.QUEUE_FULL);
    this.room =
        settings.overflow().maxWait().isZero() ? null : new Room(settings.overflow().maxWait());
  }

  @Override
  public void offer(E item) {
    if (inlet.offerIfBelowThreshold(item, limit)) {
      int at = wakeAt;
      if (at != NEVER && inlet.size() >= at) {
        reached(at);
      }
    } else {
      refused(item);
    }
  }

  @Override
  public void awake() {
    wakeAt = NEVER;
  }

  @Override
  public @Nullable Batch next(boolean rest) {
    while (!staging.hasFull()) {
      E item = inlet.poll();
      if (item == null) {
        break;
      }
      stage(item, false);
    }
    Load<D> load = staging.take(rest);
    makeRoom(0);
    return load == null ? null : load.batch(kind);
  }

  @Override
  public void settle() {
    int arrived = inlet.size();
    setLimit(arrived);
    while (arrived-- > 0 && (room == null || staging.bytes() < settings.maxQueueBytes())) {
      E item = inlet.poll();
      if (item == null) {
        break;
      }
      stage(item, room == null);
    }
    makeRoom(0);
  }

  @Override
  public boolean sleep(boolean mayExport) {
    setLimit(0);
    int at = (int) Math.max(1, Math.min(staging.lacking(), limit));
    if (!mayExport && limit == 0) {
      at = NEVER;
    }
    wakeAt = at;
    if (inlet.size() < at) {
      return true;
    }
    wakeAt = NEVER;
    return false;
  }

  @Override
  public BooleanSupplier mark() {
    long last = inlet.currentProducerIndex();
    return () -> inlet.currentConsumerIndex() - staging.items() >= last;
  }

  @Override
  public void close() {
    closed = true;
    makeRoom(0);
  }

  @Override
  public void end() {
    closed = true;
    limit = 0;
    tally.drop(DropReason.SHUTDOWN, staging.clear());
    // From here on whoever still gets an item in comes by and drops it.
    wakeAt = 0;
    sweep(DropReason.SHUTDOWN);
    if (room != null) {
      room.made();
    }
  }

  @Override
  public long emitted() {
    long refused =
        tally.dropped(DropReason.QUEUE_FULL) + tally.dropped(DropReason.ALREADY_SHUTDOWN);
    return inlet.currentProducerIndex() + refused - takenBack.sum();
  }

  @Override
  public long queued() {
    return inlet.size() + (long) staging.published();
  }

  private void reached(int at) {
    if (at == 0) {
      sweep(DropReason.ALREADY_SHUTDOWN);
    } else if (WAKE_AT.compareAndSet(this, at, NEVER)) {
      waker.wake();
    }
  }

  private void refused(E item) {
    if (room != null && room.await(() -> inlet.offerIfBelowThreshold(item, limit), () -> closed)) {
      int at = wakeAt;
      if (at != NEVER && inlet.size() >= at) {
        reached(at);
      }
    } else if (closed) {
      tally.drop(DropReason.ALREADY_SHUTDOWN, 1);
    } else {
      queueFull.increment();
    }
  }

  private void stage(E item, boolean ifItFits) {
    D data;
    long bytes;
    try {
      data = kind.data(item);
      bytes = kind.weigh(size, data);
    } catch (RuntimeException e) {
      tally.drop(DropReason.UNREADABLE, 1);
      return;
    }
    if (ifItFits && staging.items() > 0 && staging.bytes() + bytes > settings.maxQueueBytes()) {
      takenBack.increment();
      tally.drop(DropReason.QUEUE_FULL, 1);
      return;
    }
    staging.add(data, bytes);
  }

  private void makeRoom(int reserved) {
    setLimit(reserved);
    if (room != null) {
      room.made();
    }
  }

  /**
   * Tells the callers how much may wait in the inlet.
   *
   * @param reserved items in the inlet that are just about to be staged
   */
  private void setLimit(int reserved) {
    staging.publish();
    long left = settings.maxQueueBytes() - staging.bytes();
    long fitting = left <= 0 ? 0 : Math.max(1, left / staging.weight());
    int items = Math.max(0, settings.maxQueueSize() - staging.items() - reserved);
    int next = (int) Math.min(items, fitting);
    // Callers read it all the time: not written without need.
    if (next != limit) {
      limit = next;
    }
    if (closed) {
      limit = 0;
    }
  }

  /** Drops what got in when the queue was being closed; one at a time, and somebody always. */
  private void sweep(DropReason reason) {
    do {
      if (!sweeping.tryLock()) {
        return;
      }
      try {
        while (inlet.poll() != null) {
          if (reason == DropReason.ALREADY_SHUTDOWN) {
            takenBack.increment();
          }
          tally.drop(reason, 1);
        }
      } finally {
        sweeping.unlock();
      }
    } while (!inlet.isEmpty());
  }
}
