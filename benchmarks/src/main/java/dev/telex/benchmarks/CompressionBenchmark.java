/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.compression.zstd.Zstd;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
 * What each level of each compression costs for a batch of 512 items in OTLP protobuf, and what it
 * saves: {@code compressedPercent} is printed for each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompressionBenchmark {

  private static final int ITEMS = 512;

  /** What the items are. */
  @Param({"TRACES", "METRICS", "LOGS"})
  public Signal signal = Signal.TRACES;

  /** The method and its level. */
  @Param({"gzip-1", "gzip-6", "gzip-9", "zstd-1", "zstd-3", "zstd-6", "zstd-9"})
  public String method = "gzip-1";

  private Payload payload = Payload.of(new byte[0]);
  private Compression compression = Gzip.fast();

  /** Records and encodes the items. */
  @Setup
  public void encode() throws IOException {
    Batch batch =
        switch (signal) {
          case TRACES -> Workload.traces(ITEMS);
          case METRICS -> Workload.metrics(ITEMS);
          case LOGS -> Workload.logs(ITEMS);
        };
    payload = OtlpEncoding.PROTOBUF.encode(batch);
    int level = Integer.parseInt(method.substring(method.indexOf('-') + 1));
    compression = method.startsWith("zstd") ? new Zstd(level) : new Gzip(level);
    System.out.printf(
        "payloadBytes=%d compressedPercent=%.1f%n",
        payload.size(), 100.0 * compress().length / payload.size());
  }

  /** Compresses the payload as a batch does it. */
  @Benchmark
  public byte[] compress() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) payload.size() / 4);
    try (OutputStream compressing = compression.open(out)) {
      payload.writeTo(compressing);
    }
    return out.toByteArray();
  }
}
