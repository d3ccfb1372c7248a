/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.tcp.TcpDropReason;
import dev.telex.exporter.tcp.TcpExporter;
import dev.telex.exporter.tcp.TcpStats;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A load test of the TCP stream: how many bytes and messages a second get to how many clients, and
 * what that costs each of the threads. {@code java -cp benchmarks.jar
 * dev.telex.benchmarks.TcpStreamLoad [seconds [points]]}; 5 seconds a row and batches of 512 points
 * by default.
 *
 * <p>The first table is as fast as the clients take it: after every 4 batches it is waited for all
 * of them, so that none loses anything. The second is what exporting costs its thread while most
 * clients never read. The clients are in this JVM, in one thread of their own, whose processor time
 * is not among what is shown.
 */
public final class TcpStreamLoad {

  private static final int BATCHES_AHEAD = 4;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PrintStream out;
  private final long nanos;
  private final List<MetricData> metrics;

  /** Counts of one row. */
  private long batches;

  private long encodings;

  private TcpStreamLoad(PrintStream out, Duration time, int points) {
    this.out = out;
    this.nanos = time.toNanos();
    this.metrics = Workload.metrics(points).metrics();
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    int points = args.length > 1 ? Integer.parseInt(args[1]) : 512;
    new TcpStreamLoad(System.out, Duration.ofSeconds(seconds), points).run();
  }

  private void run() throws Exception {
    // Not counted: the classes are loaded and compiled.
    reading(10, false);
    out.println(
        "clients | messages/s of each | messages/s | MB/s | exporting thread, µs CPU a batch"
            + " | server, µs CPU a batch and client | batches | encodings | lost");
    for (int clients : new int[] {1, 10, 100}) {
      reading(clients, true);
    }
    stuck(10, false);
    out.println();
    out.println(
        "clients that never read, beside one that does | exporting thread, µs a batch"
            + " | µs CPU a batch | bytes allocated a batch | batches | encodings");
    for (int clients : new int[] {0, 1, 10, 100}) {
      stuck(clients, true);
    }
  }

  private void reading(int count, boolean print) throws Exception {
    try (TcpExporter exporter = exporter();
        TcpClients clients = TcpClients.reading(exporter.address(), count)) {
      await(exporter, count);
      long begin = System.nanoTime();
      long ownBefore = THREADS.getCurrentThreadCpuTime();
      long serverBefore = serverCpuNanos();
      begin();
      while (System.nanoTime() - begin < nanos) {
        for (int i = 0; i < BATCHES_AHEAD; i++) {
          export(exporter);
        }
        exporter.flush().toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double ownMicros = (THREADS.getCurrentThreadCpuTime() - ownBefore) / 1e3;
      double serverMicros = (serverCpuNanos() - serverBefore) / 1e3;
      TcpStats stats = exporter.stats();
      while (clients.bytes() < stats.sentBytes()) {
        Thread.onSpinWait();
      }
      if (print) {
        out.printf(
            "%d | %,.0f | %,.0f | %,.1f | %.1f | %.1f | %d | %d | %d%n",
            count,
            stats.sentMessages() / seconds / count,
            stats.sentMessages() / seconds,
            stats.sentBytes() / seconds / 1e6,
            ownMicros / batches,
            serverMicros / batches / count,
            batches,
            encodings,
            stats.dropped().getOrDefault(TcpDropReason.SLOW_CLIENT, 0L));
      }
    }
  }

  private void stuck(int count, boolean print) throws Exception {
    try (TcpExporter exporter = exporter();
        TcpClients reader = TcpClients.reading(exporter.address(), 1);
        TcpClients stuck = TcpClients.stuck(exporter.address(), count)) {
      await(exporter, count + 1);
      while (losing(exporter) < count) {
        export(exporter);
      }
      begin();
      long wall = 0;
      long cpu = 0;
      long bytes = 0;
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < nanos) {
        Batch batch = Batch.metrics(metrics);
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long wallBefore = System.nanoTime();
        exporter.export(batch, ExportContext.none());
        wall += System.nanoTime() - wallBefore;
        cpu += THREADS.getCurrentThreadCpuTime() - cpuBefore;
        bytes += THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        count(batch);
        // Until the one that reads has it: then nobody else wants the processor.
        while (exporter.stats().clients().get(0).queuedMessages() > 0) {
          Thread.onSpinWait();
        }
      }
      if (print) {
        out.printf(
            "%d | %.1f | %.1f | %,d | %d | %d%n",
            count, wall / 1e3 / batches, cpu / 1e3 / batches, bytes / batches, batches, encodings);
      }
      exporter.shutdown(Duration.ZERO);
      if (stuck.bytes() > 0 || reader.bytes() == 0) {
        throw new IllegalStateException("the wrong ones have read");
      }
    }
  }

  private static TcpExporter exporter() {
    return TcpExporter.builder()
        .listen("127.0.0.1", 0)
        .maxClients(1000)
        .stallTimeout(Duration.ofDays(1))
        .flushTimeout(Duration.ofSeconds(30))
        .build();
  }

  private static void await(TcpExporter exporter, int clients) {
    while (exporter.stats().clients().size() < clients) {
      Thread.onSpinWait();
    }
  }

  private static long losing(TcpExporter exporter) {
    return exporter.stats().clients().stream().filter(c -> c.droppedMessages() > 0).count();
  }

  private void begin() {
    batches = 0;
    encodings = 0;
  }

  private void export(TcpExporter exporter) {
    Batch batch = Batch.metrics(metrics);
    exporter.export(batch, ExportContext.none());
    count(batch);
  }

  private void count(Batch batch) {
    batches++;
    encodings += batch.encodingStats().encodings();
  }

  /** Of the server's thread, of which there is one. */
  private static long serverCpuNanos() {
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-tcp-")) {
        sum += THREADS.getThreadCpuTime(thread.getId());
      }
    }
    return sum;
  }
}
