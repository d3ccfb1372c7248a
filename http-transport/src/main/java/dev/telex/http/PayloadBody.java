/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, from the shared buffers of a payload.
 *
 * <p>One shot, because only that keeps OkHttp from sending it again after some statuses.
 */
final class PayloadBody extends RequestBody {

  /** Told before the first byte is written; may refuse. */
  @FunctionalInterface
  interface Begin {
    void writing() throws IOException;
  }

  /** OkHttp takes a whole buffer into its own segments before it writes any: give it little. */
  private static final int PART_BYTES = 64 * 1024;

  private final Payload payload;
  private final Begin begin;
  private final LongAdder bytesSent;

  PayloadBody(Payload payload, Begin begin, LongAdder bytesSent) {
    this.payload = payload;
    this.begin = begin;
    this.bytesSent = bytesSent;
  }

  /** None: the request has the header as the encoding states it, character by character. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return payload.size();
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    begin.writing();
    write(payload, sink, bytesSent);
  }

  /** Writes a payload, and counts what was taken. */
  static void write(Payload payload, BufferedSink sink, LongAdder bytesSent) throws IOException {
    for (ByteBuffer buffer : payload.buffers()) {
      int end = buffer.limit();
      while (buffer.position() < end) {
        int length = Math.min(PART_BYTES, end - buffer.position());
        buffer.limit(buffer.position() + length);
        sink.write(buffer);
        bytesSent.add(length);
      }
    }
  }
}
