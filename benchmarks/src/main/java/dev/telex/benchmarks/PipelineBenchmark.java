/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.telex.exporter.Signal;
import dev.telex.pipeline.DropReason;
import dev.telex.pipeline.Pipeline;
import dev.telex.pipeline.SignalStats;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What it costs the caller to end a span or to emit a log record, and how many items a second then
 * arrive at the exporter: this pipeline beside the SDK's batch processors, with the same queue, the
 * same batches and the same items. The number of producers is {@code -t}.
 *
 * <p>The producers emit as fast as they can, so that most items find a full queue.
 */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Threads(1)
public class PipelineBenchmark {

  /** Whose processor. */
  public enum Side {
    /** The SDK's. */
    SDK,
    /** Ours with its defaults. */
    TELEX,
    /** Ours with one export at a time, as the SDK. */
    TELEX_ONE_IN_FLIGHT
  }

  private static final int ITEMS = 1024;

  /** Less than a batch. */
  private static final int BURST = 400;

  /** Whose processor. */
  @Param({"SDK", "TELEX", "TELEX_ONE_IN_FLIGHT"})
  public Side side = Side.SDK;

  /** What is emitted. */
  @Param({"TRACES", "LOGS"})
  public Signal signal = Signal.TRACES;

  /** After how long the exporter answers; 0 is at once, on the calling thread. */
  @Param({"0", "1000", "10000", "50000"})
  public long answerMicros;

  private ReadableSpan[] spans = {};
  private ReadWriteLogRecord[] logs = {};
  private SpanProcessor spanProcessor = SpanProcessor.composite();
  private LogRecordProcessor logProcessor = LogRecordProcessor.composite();
  private AnswersLater backend = new AnswersLater(0);
  private Pipeline pipeline = Pipeline.builder(backend).build();

  /** Builds the processors. */
  @Setup
  public void build() {
    spans = EndedItems.spans(ITEMS);
    logs = EndedItems.logs(ITEMS);
    backend = new AnswersLater(answerMicros);
    if (side == Side.SDK) {
      spanProcessor =
          BatchSpanProcessor.builder(backend.spanExporter())
              .setScheduleDelay(Duration.ofSeconds(1))
              .build();
      logProcessor =
          BatchLogRecordProcessor.builder(backend.logRecordExporter())
              .setScheduleDelay(Duration.ofSeconds(1))
              .build();
    } else {
      var builder = Pipeline.builder(backend);
      pipeline = (side == Side.TELEX ? builder : builder.maxInFlight(1)).build();
      spanProcessor = pipeline.spanProcessor();
      logProcessor = pipeline.logRecordProcessor();
    }
  }

  /** Ends everything. */
  @TearDown
  public void close() {
    spanProcessor.close();
    logProcessor.close();
    pipeline.close();
    backend.close();
  }

  /** Where a producer is among the items. */
  @State(Scope.Thread)
  public static class Producer {
    private int next;

    int next() {
      next = (next + 1) & (ITEMS - 1);
      return next;
    }
  }

  /** Lets every burst find an empty queue. */
  @State(Scope.Benchmark)
  public static class Emptied {
    /** Waits until all is exported. */
    @Setup(Level.Iteration)
    public void flush(PipelineBenchmark benchmark) {
      benchmark.spanProcessor.forceFlush().join(10, TimeUnit.SECONDS);
      benchmark.logProcessor.forceFlush().join(10, TimeUnit.SECONDS);
    }
  }

  /** What the producers themselves allocate; {@code -prof gc} counts the worker's as well. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Caller {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes, of all iterations and producers together. */
    public long callerBytes;

    private long before;

    /** What was allocated before this iteration. */
    @Setup(Level.Iteration)
    public void before() {
      before = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** What came in it. */
    @TearDown(Level.Iteration)
    public void after() {
      callerBytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /** Items a second, counted by the first producer for all. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Arrived {
    /** Items that arrived at the exporter. */
    public long delivered;

    /**
     * Items that the pipeline counted as dropped. The SDK's processor tells nobody without a meter,
     * which would cost it; there it is the score less what was delivered.
     */
    public long dropped;

    private long deliveredBefore;
    private long droppedBefore;
    private boolean counts;

    /** What was there before this iteration. */
    @Setup(Level.Iteration)
    public void before(PipelineBenchmark benchmark, ThreadParams thread) {
      counts = thread.getThreadIndex() == 0;
      deliveredBefore = benchmark.backend.items();
      droppedBefore = benchmark.dropped();
    }

    /** What came in it. */
    @TearDown(Level.Iteration)
    public void after(PipelineBenchmark benchmark) {
      if (counts) {
        delivered = benchmark.backend.items() - deliveredBefore;
        dropped = benchmark.dropped() - droppedBefore;
      }
    }
  }

  /** What it costs the caller to emit an item. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public void emit(Producer producer, Caller caller) {
    emitNext(producer);
  }

  /**
   * What it costs while there is room: 400 items, by all producers together, into an empty queue,
   * which wakes nobody. The score is of the whole.
   */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  @Warmup(iterations = 3000)
  @Measurement(iterations = 2000)
  public void accept(Producer producer, ThreadParams threads, Emptied emptied) {
    int share = BURST / threads.getThreadCount();
    for (int i = 0; i < share; i++) {
      emitNext(producer);
    }
  }

  /** The same; its counters say how many items a second arrived and were dropped. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public void deliver(Producer producer, Arrived arrived) {
    emitNext(producer);
  }

  private void emitNext(Producer producer) {
    if (signal == Signal.TRACES) {
      spanProcessor.onEnd(spans[producer.next()]);
    } else {
      logProcessor.onEmit(Context.root(), logs[producer.next()]);
    }
  }

  private long dropped() {
    SignalStats stats = pipeline.stats().of(signal);
    return stats.dropped(DropReason.QUEUE_FULL);
  }
}
