/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes the items of one signal out of their queue, and starts the exports. */
final class SignalWorker {

  /** After so many it looks for the time and for who waits. */
  private static final int EXPORTS_A_STEP = 16;

  private final BatchSource source;
  private final Exports exports;
  private final Runner runner;
  private final LongSupplier nanoTime;
  private final long tickNanos;
  private final DropLog drops;
  private final CompletableFuture<Boolean> handedOver = new CompletableFuture<>();

  private final Object lock = new Object();
  private List<Flush> asked = new ArrayList<>();
  private @Nullable Flush lastFlush;
  private boolean over;

  private volatile boolean closing;
  private volatile boolean unlimited;
  private volatile boolean abandoned;

  // What follows belongs to the runner.
  private final List<Flush> flushes = new ArrayList<>();
  private long lastTick;
  private @Nullable BooleanSupplier wanted;
  private @Nullable BooleanSupplier last;

  SignalWorker(
      Signal signal,
      BatchSource source,
      Exports exports,
      Tally tally,
      PipelineSettings settings,
      Duration tick,
      Runner runner) {
    this.source = source;
    this.exports = exports;
    this.runner = runner;
    this.nanoTime = settings.nanoTime();
    this.tickNanos = Times.nanos(tick);
    this.drops = new DropLog(signal, tally, settings);
    this.lastTick = nanoTime.getAsLong();
  }

  void begin() {
    runner.begin(this::step);
  }

  /** Exports what was emitted before, also where it is less than a full batch. */
  void flush(Flush flush) {
    boolean late;
    synchronized (lock) {
      late = over;
      if (!late) {
        asked.add(flush);
      }
    }
    if (late) {
      flush.finish();
    } else {
      runner.wake();
    }
  }

  /**
   * Takes no more items, and hands what waits to the exporter.
   *
   * @param last is finished when that is done, and not before: no export begins after it
   * @return completes when that is done
   */
  CompletionStage<Boolean> close(Flush last) {
    synchronized (lock) {
      lastFlush = last;
    }
    closing = true;
    source.close();
    runner.wake();
    return handedOver;
  }

  /** Hands over at once, however many exports are under way. */
  void handOver() {
    unlimited = true;
    runner.wake();
  }

  /** There is no more time: what waits is dropped. */
  void abandon() {
    abandoned = true;
    runner.wake();
  }

  void endLog() {
    drops.end();
  }

  private long step() {
    // Whoever interrupted wanted to end a call that blocked: this thread goes on.
    Thread.interrupted();
    if (abandoned) {
      return end();
    }
    source.awake();
    long now = nanoTime.getAsLong();
    // A clock that went back must not keep what waits from leaving.
    if (now - lastTick >= tickNanos || now - lastTick < 0) {
      lastTick = now;
      wanted = source.mark();
      drops.report();
    }
    takeFlushes();
    if (closing && last == null) {
      last = source.mark();
    }
    boolean mayExport = true;
    for (int begun = 0; begun < EXPORTS_A_STEP; begun++) {
      mayExport = unlimited || exports.mayStart();
      Batch batch = mayExport ? source.next(isRestWanted()) : null;
      if (batch == null) {
        break;
      }
      exports.start(batch);
    }
    if (!mayExport) {
      source.settle();
    }
    flushes.removeIf(this::finish);
    if (last != null && last.getAsBoolean() && source.queued() == 0) {
      return end();
    }
    if (!source.sleep(mayExport)) {
      return 0;
    }
    return Math.max(1, tickNanos - (nanoTime.getAsLong() - lastTick));
  }

  private boolean isRestWanted() {
    if (wanted != null && wanted.getAsBoolean()) {
      wanted = null;
    }
    return wanted != null || closing;
  }

  private void takeFlushes() {
    List<Flush> taken;
    synchronized (lock) {
      if (asked.isEmpty()) {
        return;
      }
      taken = asked;
      asked = new ArrayList<>();
    }
    BooleanSupplier mark = source.mark();
    wanted = mark;
    for (Flush flush : taken) {
      flush.begin(mark);
      flushes.add(flush);
    }
  }

  private boolean finish(Flush flush) {
    boolean done = flush.isHandedOver();
    if (done) {
      flush.finish();
    }
    return done;
  }

  private long end() {
    source.end();
    List<Flush> left = new ArrayList<>(flushes);
    flushes.clear();
    synchronized (lock) {
      over = true;
      if (lastFlush != null) {
        left.add(lastFlush);
      }
      left.addAll(asked);
      asked = new ArrayList<>();
    }
    left.forEach(Flush::finish);
    handedOver.complete(true);
    return -1;
  }
}
