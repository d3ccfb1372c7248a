/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.testkit.RecordingExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The races of the queues and of the hand-over to the worker, in many short rounds: producers that
 * all begin at once, a worker that sleeps as often as it may and is woken by nobody else, and a
 * close in the middle. {@code -Dtelex.stress.rounds} says how many rounds.
 */
@Tag("slow")
class QueueStressTest {

  private static final int ROUNDS = Integer.getInteger("telex.stress.rounds", 4000);
  private static final int PRODUCERS = 4;
  private static final int ITEMS = 24;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void nothingIsLostOrDoubledAndNoWakeUpIsMissing() throws Exception {
    for (Overflow policy :
        List.of(
            Overflow.DROP_NEWEST,
            Overflow.DROP_OLDEST,
            Overflow.KEEP_WHAT_MATTERS,
            Overflow.block(Duration.ofSeconds(30)))) {
      for (int round = 0; round < ROUNDS; round++) {
        // A batch of 1 wakes the worker for each item, one of 8 leaves some behind.
        int batch = round % 2 == 0 ? 1 : 8;
        int queue = round % 3 == 0 ? 8 : 4096;
        new Round(policy, queue, batch).run(round % 4 == 3);
      }
    }
  }

  /** One producer and one that ends the queue, at the very same moment. */
  @Test
  void whatGetsInAtTheLastMomentIsDroppedBySomebody() throws Exception {
    int rounds = ROUNDS * 10;
    for (Overflow policy : List.of(Overflow.DROP_NEWEST, Overflow.DROP_OLDEST)) {
      AtomicReferenceArray<Round> queues = new AtomicReferenceArray<>(rounds);
      AtomicInteger offered = new AtomicInteger();
      CompletableFuture<Void> producer =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  Round round = queues.get(i);
                  while (round == null) {
                    Thread.onSpinWait();
                    round = queues.get(i);
                  }
                  round.inlet.offer(i);
                  round.inlet.offer(i);
                  offered.set(i + 1);
                }
              },
              threads);
      for (int i = 0; i < rounds; i++) {
        Round round = new Round(policy, 8, 8);
        queues.set(i, round);
        for (int pause = i % 64; pause > 0; pause--) {
          Thread.onSpinWait();
        }
        round.source.end();
        while (offered.get() <= i && !producer.isDone()) {
          Thread.onSpinWait();
        }
        assertThat(round.source.queued()).as("%s, round %s", policy, i).isZero();
        assertThat(round.dropped()).as("%s, round %s", policy, i).isEqualTo(2);
        assertThat(round.source.emitted()).as("%s, round %s", policy, i).isEqualTo(2);
        queues.set(i, null);
      }
      producer.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void everyWakeIsFollowedByAStep() throws Exception {
    WorkerThread worker = new WorkerThread("telex-stress");
    AtomicLong told = new AtomicLong();
    Semaphore seen = new Semaphore(0);
    long[] known = {0};
    worker.begin(
        () -> {
          long now = told.get();
          if (now < 0) {
            return -1;
          }
          seen.release((int) (now - known[0]));
          known[0] = now;
          // Nobody but wake() ends that.
          return TimeUnit.DAYS.toNanos(1);
        });
    for (int i = 0; i < ROUNDS * 10; i++) {
      told.incrementAndGet();
      worker.wake();
      assertThat(seen.tryAcquire(30, TimeUnit.SECONDS)).as("woken the %s. time", i).isTrue();
    }
    told.set(Long.MIN_VALUE);
    worker.wake();
  }

  /** Items are numbers: producer times {@link #ITEMS} plus the number of the item. */
  private final class Round {
    private final List<Integer> out = new ArrayList<>();
    private final Tally tally = new Tally();
    private final Semaphore wakes = new Semaphore(0);
    private final Inlet<Integer> inlet;
    private final BatchSource source;
    private final boolean fifo;

    Round(Overflow policy, int maxQueueSize, int maxBatchSize) {
      PipelineSettings settings =
          Pipeline.builder(RecordingExporter.named("none"))
              .overflow(policy)
              .maxQueueSize(maxQueueSize)
              .maxBatchSize(maxBatchSize)
              .settings();
      ItemKind<Integer, Integer> kind = new Numbers(out);
      if (policy.evicts()) {
        WeighedQueue<Integer, Integer> queue = create(WeighedQueue::new, kind, settings);
        inlet = queue;
        source = queue;
      } else {
        ArrivalQueue<Integer, Integer> queue = create(ArrivalQueue::new, kind, settings);
        inlet = queue;
        source = queue;
      }
      fifo = policy != Overflow.KEEP_WHAT_MATTERS;
    }

    private <Q> Q create(
        Constructor<Q> constructor, ItemKind<Integer, Integer> kind, PipelineSettings settings) {
      return constructor.create(kind, settings, tally, wakes::release);
    }

    void run(boolean closeInTheMiddle) throws Exception {
      CyclicBarrier start = new CyclicBarrier(PRODUCERS + 1);
      List<CompletableFuture<Void>> producers = new ArrayList<>();
      for (int producer = 0; producer < PRODUCERS; producer++) {
        int first = producer * ITEMS;
        producers.add(CompletableFuture.runAsync(() -> produce(start, first), threads));
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(producers.toArray(new CompletableFuture<?>[0]));
      // The last look is the only wake-up that is not the queue's own.
      all.thenRun(wakes::release);
      start.await(30, TimeUnit.SECONDS);
      boolean last = false;
      while (!last) {
        last = all.isDone();
        source.awake();
        while (source.next(last) != null) {
          // Numbers keeps them.
        }
        if (closeInTheMiddle && out.size() > ITEMS) {
          source.close();
          source.end();
          break;
        }
        if (!last && source.sleep(true)) {
          assertThat(wakes.tryAcquire(30, TimeUnit.SECONDS)).as("woken").isTrue();
        }
      }
      all.get(30, TimeUnit.SECONDS);
      if (!closeInTheMiddle) {
        source.end();
      }
      check();
    }

    private void produce(CyclicBarrier start, int first) {
      try {
        start.await(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < ITEMS; i++) {
        inlet.offer(first + i);
      }
    }

    private long dropped() {
      long dropped = 0;
      for (DropReason reason : DropReason.values()) {
        dropped += tally.dropped(reason);
      }
      return dropped;
    }

    private void check() {
      assertThat(out).doesNotHaveDuplicates();
      assertThat(source.queued()).isZero();
      assertThat(source.emitted()).isEqualTo((long) PRODUCERS * ITEMS);
      assertThat(out.size() + dropped()).as("%s", out).isEqualTo((long) PRODUCERS * ITEMS);
      if (fifo) {
        for (int producer = 0; producer < PRODUCERS; producer++) {
          int from = producer * ITEMS;
          assertThat(out.stream().filter(item -> item >= from && item < from + ITEMS)).isSorted();
        }
      }
    }
  }

  private interface Constructor<Q> {
    Q create(ItemKind<Integer, Integer> kind, PipelineSettings settings, Tally tally, Waker waker);
  }

  private record Numbers(List<Integer> out) implements ItemKind<Integer, Integer> {
    @Override
    public Integer data(Integer item) {
      return item;
    }

    @Override
    public long weigh(ItemSize size, Integer item) {
      return 100;
    }

    @Override
    public boolean matters(Integer item) {
      return item % 3 == 0;
    }

    @Override
    public Batch batch(List<Integer> items) {
      out.addAll(items);
      return Batch.traces(List.of());
    }
  }
}
