/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.tcp.TcpExporter;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
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

/**
 * What a batch of 512 points costs the thread that exports it to a TCP stream, encoding and all,
 * with clients that read everything or nothing. Without clients nothing is encoded. The clients are
 * in this JVM.
 */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Threads(1)
public class TcpStreamBenchmark {

  private static final int POINTS = 512;

  /** What the clients do. */
  public enum Kind {
    /** They read everything, as fast as they can. */
    READING,
    /** They read nothing, so that their messages are dropped all the time. */
    STUCK
  }

  /** How many there are. */
  @Param({"0", "1", "10", "100"})
  public int clients;

  /** What they do. */
  @Param({"READING", "STUCK"})
  public Kind kind = Kind.READING;

  private List<MetricData> metrics = List.of();
  private TcpExporter exporter = TcpExporter.builder().listen("127.0.0.1", 0).build();
  private AutoCloseable connected = () -> {};

  /** Connects the clients, and waits until they listen. */
  @Setup
  public void connect() throws IOException {
    metrics = Workload.metrics(POINTS).metrics();
    exporter.close();
    exporter =
        TcpExporter.builder()
            .listen("127.0.0.1", 0)
            .maxQueueMessages(20 * POINTS)
            .stallTimeout(Duration.ofDays(1))
            .build();
    connected =
        kind == Kind.READING
            ? TcpClients.reading(exporter.address(), clients)
            : TcpClients.stuck(exporter.address(), clients);
    while (exporter.stats().clients().size() < clients) {
      Thread.onSpinWait();
    }
  }

  /** Ends everything. */
  @TearDown
  public void close() throws Exception {
    exporter.shutdown(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    connected.close();
  }

  /** What the exporting thread allocates and computes, of all exports of an iteration together. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Caller {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Exports. */
    public long batches;

    /** Bytes. */
    public long callerBytes;

    /** Nanoseconds of this thread on a processor. */
    public long callerCpuNanos;

    private long bytesBefore;
    private long nanosBefore;

    /** What there was before this iteration. */
    @Setup(Level.Iteration)
    public void before() {
      batches = 0;
      bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
      nanosBefore = THREADS.getCurrentThreadCpuTime();
    }

    /** What came in it. */
    @TearDown(Level.Iteration)
    public void after() {
      callerBytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
      callerCpuNanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
    }
  }

  /** Waits until the clients that read have everything. */
  @State(Scope.Benchmark)
  public static class CaughtUp {
    /** Waits. */
    @Setup(Level.Iteration)
    public void flush(TcpStreamBenchmark benchmark) throws Exception {
      if (benchmark.kind == Kind.READING) {
        benchmark.exporter.flush().toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
    }
  }

  /**
   * A batch while the server and the clients are idle, as it is when metrics are collected every
   * second.
   */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @Warmup(iterations = 3000)
  @Measurement(iterations = 2000)
  public CompletionStage<ExportResult> export(CaughtUp caughtUp) {
    return export();
  }

  /**
   * Batches without a pause, which compete with the server and the clients for the processors;
   * {@code callerCpuNanos / batches} is without the waiting for one.
   */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public CompletionStage<ExportResult> exportWithoutPause(Caller caller) {
    caller.batches++;
    return export();
  }

  private CompletionStage<ExportResult> export() {
    return exporter.export(Batch.metrics(metrics), ExportContext.none());
  }
}
