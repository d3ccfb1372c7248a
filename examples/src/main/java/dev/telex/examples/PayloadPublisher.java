/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import dev.telex.exporter.Payload;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.Flow;

/**
 * Hands the pieces of a payload to the HTTP client without copying them. Each subscriber gets views
 * of its own, so that any number of requests can send one payload at the same time.
 */
record PayloadPublisher(Payload payload) implements HttpRequest.BodyPublisher {

  @Override
  public long contentLength() {
    return payload.size();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Pieces(payload.buffers().iterator(), subscriber));
  }

  /** Gives one piece for each that is asked for, never two at once. */
  private static final class Pieces implements Flow.Subscription {
    private final Iterator<ByteBuffer> left;
    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private long wanted;
    private boolean giving;
    private boolean over;

    Pieces(Iterator<ByteBuffer> left, Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.left = left;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      synchronized (this) {
        wanted = Long.MAX_VALUE - wanted < count ? Long.MAX_VALUE : wanted + count;
        if (giving) {
          // Asked for by a call of ours: the loop below goes on.
          return;
        }
        giving = true;
      }
      while (mayGive()) {
        subscriber.onNext(left.next());
        if (!left.hasNext() && end()) {
          subscriber.onComplete();
        }
      }
    }

    @Override
    public synchronized void cancel() {
      over = true;
    }

    private synchronized boolean mayGive() {
      giving = !over && wanted > 0;
      wanted--;
      return giving;
    }

    private synchronized boolean end() {
      boolean first = !over;
      over = true;
      return first;
    }
  }
}
