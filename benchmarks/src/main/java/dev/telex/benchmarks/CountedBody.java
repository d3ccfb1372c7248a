/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads the body of an answer as fast as it comes, and counts its bytes. */
final class CountedBody implements HttpResponse.BodySubscriber<Long> {

  private final CompletableFuture<Long> result = new CompletableFuture<>();
  private long length;

  private CountedBody() {}

  /** Of an answer with status 200; any other one fails. */
  static HttpResponse.BodySubscriber<Long> of(HttpResponse.ResponseInfo answer) {
    CountedBody body = new CountedBody();
    if (answer.statusCode() != 200) {
      body.result.completeExceptionally(new IOException("status " + answer.statusCode()));
    }
    return body;
  }

  @Override
  public CompletionStage<Long> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      length += buffer.remaining();
    }
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    result.complete(length);
  }
}
