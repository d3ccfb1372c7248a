/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the writers of a protocol wait: at most 8, with at most 2 MiB each. It is no thread-local:
 * threads come and go and outlive class loaders, and an encode beside another one takes the next
 * writer, or makes one. A writer whose run failed is not used again.
 */
final class WriterPool {

  static final WriterPool BINARY = new WriterPool(BinaryThriftWriter::new);
  static final WriterPool COMPACT = new WriterPool(CompactThriftWriter::new);

  private static final int MAX_POOLED = 8;

  private final Supplier<ThriftWriter> protocol;
  private final AtomicReferenceArray<@Nullable BatchWriter> pool =
      new AtomicReferenceArray<>(Math.min(MAX_POOLED, Runtime.getRuntime().availableProcessors()));

  private WriterPool(Supplier<ThriftWriter> protocol) {
    this.protocol = protocol;
  }

  <T> T run(Function<BatchWriter, T> write) {
    BatchWriter writer = take();
    T written = write.apply(writer);
    giveBack(writer);
    return written;
  }

  private BatchWriter take() {
    for (int i = 0; i < pool.length(); i++) {
      BatchWriter writer = pool.getAndSet(i, null);
      if (writer != null) {
        return writer;
      }
    }
    return new BatchWriter(protocol.get());
  }

  private void giveBack(BatchWriter writer) {
    for (int i = 0; i < pool.length(); i++) {
      if (pool.compareAndSet(i, null, writer)) {
        return;
      }
    }
  }
}
