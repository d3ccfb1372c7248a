/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.exporter.influx.InfluxDialect;
import dev.telex.exporter.influx.InfluxEncoding;
import dev.telex.exporter.influx.InfluxSchema;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a batch of SDK items to the bytes of a request in line protocol: Telex, and the {@code
 * Point} of InfluxDB's client library.
 *
 * <p>Both write the same lines, of which {@code lines} is printed: lines per second are that by the
 * time of a batch. Both end in a new array; its allocation is part of the figures.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class InfluxEncodeBenchmark {

  /** What the items are. */
  @Param({"TRACES", "METRICS", "LOGS"})
  public Signal signal = Signal.TRACES;

  /** Spans, data points or log records. */
  @Param({"16", "512"})
  public int items = 512;

  private final InfluxEncoding encoding =
      new InfluxEncoding(
          InfluxSchema.TELEGRAF_PROMETHEUS_V1,
          InfluxDialect.INFLUXDB,
          Set.of("service.name", "span.name"),
          Set.of("service.name"));

  private Batch batch = Batch.traces(List.of());

  /** Records the items, and makes sure that both sides write the same lines. */
  @Setup
  public void record() {
    batch =
        switch (signal) {
          case TRACES -> Workload.traces(items);
          case METRICS -> Workload.metrics(items);
          case LOGS -> Workload.logs(items);
        };
    List<String> ours = InfluxLines.sorted(telex().toByteArray());
    List<String> theirs = InfluxLines.sorted(influxClient());
    if (batch.itemCount() != items || ours.size() < items || !ours.equals(theirs)) {
      ours.removeAll(theirs);
      throw new IllegalStateException("not among the peer's lines: " + ours);
    }
    System.out.println("lines=" + ours.size() + " payloadBytes=" + telex().size());
  }

  /** Our writer. */
  @Benchmark
  public Payload telex() {
    return encoding.encode(batch);
  }

  /** A {@code Point} of each line, and their texts joined. */
  @Benchmark
  public byte[] influxClient() {
    return InfluxPoints.encode(batch);
  }
}
