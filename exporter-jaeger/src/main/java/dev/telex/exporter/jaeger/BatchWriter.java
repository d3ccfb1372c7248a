/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a batch, whole or in parts, with an array that is used again. Not safe for use by several
 * threads.
 */
final class BatchWriter {

  private static final int PROCESS = 1;
  private static final int SPANS = 2;

  private final ThriftWriter out;
  private final ProcessWriter process;
  private final SpanWriter spans;

  BatchWriter(ThriftWriter out) {
    TagWriter tags = new TagWriter(out);
    this.out = out;
    this.process = new ProcessWriter(out, tags);
    this.spans = new SpanWriter(out, tags);
  }

  /** A {@code Batch} of {@code jaeger.thrift}. */
  byte[] batch(Batch batch) {
    List<SpanData> all = batch.spans();
    out.beginStruct();
    out.beginStruct(PROCESS);
    process.fields(resource(all));
    out.endStruct();
    out.list(SPANS, all.size());
    for (int i = 0; i < all.size(); i++) {
      spans.write(all.get(i));
    }
    out.endStruct();
    spans.forget();
    return out.take();
  }

  /** A {@code Process}: the one of the batch. */
  byte[] process(Batch batch) {
    out.beginStruct();
    process.fields(resource(batch.spans()));
    out.endStruct();
    return out.take();
  }

  /** Each a {@code Span}. */
  List<ByteBuffer> spans(Batch batch) {
    List<SpanData> all = batch.spans();
    int[] ends = new int[all.size()];
    for (int i = 0; i < all.size(); i++) {
      spans.write(all.get(i));
      ends[i] = out.size();
    }
    spans.forget();
    byte[] bytes = out.take();
    List<ByteBuffer> items = new ArrayList<>(ends.length);
    int start = 0;
    for (int end : ends) {
      items.add(ByteBuffer.wrap(bytes, start, end - start));
      start = end;
    }
    return items;
  }

  /** The resource of all spans: the format has room for one. */
  private static Resource resource(List<SpanData> all) {
    if (all.isEmpty()) {
      return Resource.empty();
    }
    Resource first = all.get(0).getResource();
    for (int i = 1; i < all.size(); i++) {
      Resource other = all.get(i).getResource();
      if (other != first && !other.equals(first)) {
        throw new IllegalArgumentException(
            "the spans have several resources: want those of one, as Batch.byResource() gives them");
      }
    }
    return first;
  }
}
