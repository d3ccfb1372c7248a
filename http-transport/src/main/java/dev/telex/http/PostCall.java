/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * One request from its start to its one result, whichever comes first: the answer, a failure, the
 * timeout, a cancellation or the end of the transport. What comes later is dropped.
 */
final class PostCall implements Runnable {

  private enum State {
    /** None of the body was written: the server cannot have taken it. */
    UNSENT,
    /** The body, or a part of it, may have arrived. */
    SENDING,
    ENDED
  }

  private final HttpTransport transport;
  private final Exchange exchange;
  private final WireStatus wireStatus = new WireStatus();
  private final Call call;

  private final AtomicReference<State> state = new AtomicReference<>(State.UNSENT);
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

  /** Set when the time is over. */
  private volatile boolean late;

  PostCall(HttpTransport transport, Request.Builder request, Payload payload, Exchange exchange) {
    this.transport = transport;
    this.exchange = exchange;
    RequestBody body = exchange.body(payload, this::writing, this::broken);
    Request built = request.tag(WireStatus.class, wireStatus).post(body).build();
    this.call = exchange.client(transport.client(), built.url()).newCall(built);
  }

  /**
   * Whether it got no answer in time. Of HTTP/2 only the stream was closed, and the connection may
   * be dead: OkHttp would go on using it until TCP gives up.
   */
  boolean isLate() {
    return late;
  }

  CompletableFuture<ExportResult> promise() {
    return promise;
  }

  /** Gives up when the time is over, counted from now: waiting for a thread takes of it. */
  void limit(Duration time) {
    timer
        .completeOnTimeout(true, TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS)
        .thenAccept(
            over -> {
              if (over) {
                late = true;
                abort(ExportResult.retryable("no answer within " + time.toMillis() + " ms"));
              }
            });
  }

  /** Ends with this result unless it has ended, and closes the connection. */
  void abort(ExportResult result) {
    State before = state.getAndSet(State.ENDED);
    if (before == State.ENDED) {
      return;
    }
    try {
      call.cancel();
      transport.forget(this);
    } finally {
      finish(before == State.SENDING ? result.withOutcomeUnknown() : result);
    }
  }

  @Override
  public void run() {
    try {
      if (state.get() == State.ENDED) {
        return;
      }
      try (Response response = call.execute()) {
        ExportResult result =
            exchange.read(call, wireStatus.of(response), response, transport.headers());
        settle(result);
      }
    } catch (BrokenAnswerException e) {
      failed(e.getMessage() + ", but the answer broke off: ", e.failure());
    } catch (IOException e) {
      failed("", e);
    } catch (Throwable e) {
      broken(e);
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
    } finally {
      transport.forget(this);
    }
  }

  /** Called by OkHttp's thread when it comes to the body. */
  private void writing() throws IOException {
    if (!state.compareAndSet(State.UNSENT, State.SENDING)) {
      throw new IOException(
          state.get() == State.ENDED ? "cancelled" : "the body of a request is sent only once");
    }
  }

  /** Nobody looks at the pool's threads: a bug, or too little memory, must end the export too. */
  private void broken(Throwable cause) {
    abort(ExportResult.permanent(transport.headers().excerpt(cause.toString())).withCause(cause));
  }

  private void failed(String words, IOException cause) {
    String message = words + Failures.describe(cause, transport.headers());
    abort(ExportResult.retryable(message).withCause(cause));
  }

  /** Ends with a result that knows what the server did. */
  private void settle(ExportResult result) {
    if (state.getAndSet(State.ENDED) != State.ENDED) {
      finish(result);
    }
  }

  private void finish(ExportResult result) {
    // Completed normally, because on older JDKs nothing else takes the timer out of its queue.
    timer.complete(false);
    promise.complete(result);
  }
}
