/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch as the protobuf message of its signal, with arrays that are used again.
 *
 * <p>Those arrays wait in a pool of this class, of at most 8 encoders with at most 2 MiB each. It
 * is no thread-local: threads come and go (virtual ones by the thousand) and outlive class loaders,
 * and an encode that runs inside another one, or beside it, simply takes the next encoder, or makes
 * one. An encoder whose run failed is not used again.
 */
final class OtlpProtobuf {

  private static final int MAX_POOLED = 8;

  private static final AtomicReferenceArray<@Nullable OtlpProtobuf> POOL =
      new AtomicReferenceArray<>(Math.min(MAX_POOLED, Runtime.getRuntime().availableProcessors()));

  private final ProtoBuffer out = new ProtoBuffer();
  private final SpanWriter spans;
  private final MetricWriter metrics;
  private final LogWriter logs;

  private OtlpProtobuf() {
    CommonWriter common = new CommonWriter(out);
    spans = new SpanWriter(out, common);
    metrics = new MetricWriter(out, common);
    logs = new LogWriter(out, common);
  }

  static byte[] encode(Batch batch) {
    OtlpProtobuf encoder = take();
    byte[] message = encoder.write(batch);
    giveBack(encoder);
    return message;
  }

  private byte[] write(Batch batch) {
    switch (batch.signal()) {
      case TRACES -> spans.write(batch.spans());
      case METRICS -> metrics.write(batch.metrics());
      case LOGS -> logs.write(batch.logs());
    }
    return out.take();
  }

  private static OtlpProtobuf take() {
    for (int i = 0; i < POOL.length(); i++) {
      OtlpProtobuf encoder = POOL.getAndSet(i, null);
      if (encoder != null) {
        return encoder;
      }
    }
    return new OtlpProtobuf();
  }

  private static void giveBack(OtlpProtobuf encoder) {
    for (int i = 0; i < POOL.length(); i++) {
      if (POOL.compareAndSet(i, null, encoder)) {
        return;
      }
    }
  }
}
