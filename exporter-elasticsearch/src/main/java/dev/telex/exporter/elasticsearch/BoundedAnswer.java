/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.http.ContentTooLongException;
import org.apache.http.nio.ContentDecoder;
import org.apache.http.nio.IOControl;
import org.elasticsearch.client.HeapBufferedAsyncResponseConsumer;

/**
 * Keeps an answer of a bounded length. The client's own bound is that of {@code Content-Length}
 * alone, which an answer in chunks does not have.
 */
final class BoundedAnswer extends HeapBufferedAsyncResponseConsumer {

  private final int maxBytes;
  private long received;

  BoundedAnswer(int maxBytes) {
    super(maxBytes);
    this.maxBytes = maxBytes;
  }

  @Override
  protected void onContentReceived(ContentDecoder decoder, IOControl control) throws IOException {
    super.onContentReceived(new Counted(decoder), control);
  }

  private final class Counted implements ContentDecoder {
    private final ContentDecoder decoder;

    Counted(ContentDecoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int length = decoder.read(target);
      received += Math.max(0, length);
      if (received > maxBytes) {
        throw new ContentTooLongException("the answer is longer than " + maxBytes + " bytes");
      }
      return length;
    }

    @Override
    public boolean isCompleted() {
      return decoder.isCompleted();
    }
  }
}
