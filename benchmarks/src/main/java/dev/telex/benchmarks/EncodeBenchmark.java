/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import java.io.IOException;
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
 * From a batch of SDK items to the bytes of its OTLP request: Telex, and the two marshalers of
 * OpenTelemetry's OTLP exporters.
 *
 * <p>Telex ends with a new exact array, the payload that a chain shares; its allocation is part of
 * the figure, and {@code payloadBytes} is printed so that it can be told apart. OpenTelemetry's
 * marshalers end in a stream over an array that is used again, which costs them nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {

  /** What the items are. */
  @Param({"TRACES", "METRICS", "LOGS"})
  public Signal signal = Signal.TRACES;

  /** Spans, data points or log records. */
  @Param({"16", "512"})
  public int items = 512;

  private Batch batch = Batch.traces(java.util.List.of());
  private PeerMarshaler peer = PeerMarshaler.of(Signal.TRACES);

  /** Records the items, and makes sure that both sides write as much. */
  @Setup
  public void record() throws IOException {
    batch =
        switch (signal) {
          case TRACES -> Workload.traces(items);
          case METRICS -> Workload.metrics(items);
          case LOGS -> Workload.logs(items);
        };
    peer = PeerMarshaler.of(signal);
    long ours = telex().size();
    long plain = openTelemetryPlain();
    long reusable = openTelemetryReusable();
    if (batch.itemCount() != items || ours != plain || ours != reusable) {
      throw new IllegalStateException(
          batch + ": " + ours + " bytes, the peer's " + plain + " and " + reusable);
    }
    System.out.println("payloadBytes=" + ours);
  }

  /** Our encoder. */
  @Benchmark
  public Payload telex() {
    return OtlpEncoding.PROTOBUF.encode(batch);
  }

  /** The marshaler that OpenTelemetry's exporters use in {@code MemoryMode.IMMUTABLE_DATA}. */
  @Benchmark
  public long openTelemetryPlain() throws IOException {
    return peer.plain(batch);
  }

  /** The one of {@code MemoryMode.REUSABLE_DATA}, their default. */
  @Benchmark
  public long openTelemetryReusable() throws IOException {
    return peer.reusable(batch);
  }
}
