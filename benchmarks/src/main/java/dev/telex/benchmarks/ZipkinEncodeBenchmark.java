/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import dev.telex.exporter.zipkin.ZipkinDialect;
import dev.telex.exporter.zipkin.ZipkinEncoding;
import dev.telex.exporter.zipkin.ZipkinFormat;
import java.util.ArrayList;
import java.util.List;
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
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.codec.SpanBytesEncoder;

/**
 * From a batch of SDK spans to the bytes of a Zipkin request: Telex, and Zipkin's own codec as
 * OpenTelemetry's exporter used it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ZipkinEncodeBenchmark {

  /** How spans are written. */
  @Param({"JSON", "PROTOBUF"})
  public ZipkinFormat format = ZipkinFormat.JSON;

  /** Spans. */
  @Param({"16", "512"})
  public int items = 512;

  private Batch batch = Batch.traces(List.of());
  private ZipkinEncoding encoding = encoding(ZipkinFormat.JSON);
  private SpanBytesEncoder encoder = SpanBytesEncoder.JSON_V2;

  /** Records the spans, and makes sure that both sides write the same ones. */
  @Setup
  public void record() {
    batch = Workload.traces(items);
    encoding = encoding(format);
    boolean json = format == ZipkinFormat.JSON;
    encoder = json ? SpanBytesEncoder.JSON_V2 : SpanBytesEncoder.PROTO3;
    SpanBytesDecoder decoder = json ? SpanBytesDecoder.JSON_V2 : SpanBytesDecoder.PROTO3;
    List<Span> ours = new ArrayList<>(decoder.decodeList(telex().toByteArray()));
    List<Span> theirs = decoder.decodeList(zipkinCodec());
    if (ours.size() != items || !ours.equals(theirs)) {
      throw new IllegalStateException(ours.get(0) + "\n" + theirs.get(0));
    }
    System.out.println("payloadBytes=" + telex().size());
  }

  /** Our writers. */
  @Benchmark
  public Payload telex() {
    return encoding.encode(batch);
  }

  /** Zipkin's model and encoder. */
  @Benchmark
  public byte[] zipkinCodec() {
    return ZipkinCodec.encode(batch, encoder);
  }

  private static ZipkinEncoding encoding(ZipkinFormat format) {
    return new ZipkinEncoding(format, ZipkinDialect.SPECIFICATION, null);
  }
}
