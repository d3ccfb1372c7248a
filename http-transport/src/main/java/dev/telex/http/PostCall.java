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
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Request;
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
  private final Function<HttpAnswer, ExportResult> mapping;
  private final WireStatus wireStatus = new WireStatus();
  private final Call call;

  private final AtomicReference<State> state = new AtomicReference<>(State.UNSENT);
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

  PostCall(
      HttpTransport transport,
      Request.Builder request,
      Payload payload,
      Function<HttpAnswer, ExportResult> mapping) {
    this.transport = transport;
    this.mapping = mapping;
    PayloadBody body = new PayloadBody(payload, this::writing, transport.sentBytes());
    this.call =
        transport.client().newCall(request.tag(WireStatus.class, wireStatus).post(body).build());
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
        answered(response);
      }
    } catch (IOException e) {
      failed("", e);
    } catch (Throwable e) {
      // Nobody looks at the pool's threads: a bug, or too little memory, must end the export too.
      abort(ExportResult.permanent(transport.headers().excerpt(e.toString())).withCause(e));
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
    } finally {
      transport.forget(this);
    }
  }

  private void answered(Response response) {
    int status = wireStatus.of(response);
    boolean successful = status / 100 == 2;
    long limit = transport.maxResponseBytes();
    byte[] body = new byte[0];
    try {
      body = AnswerBody.read(response, limit);
    } catch (AnswerTooLargeException e) {
      // Before the response is closed, which would try to read the rest.
      call.cancel();
      ExportResult result =
          ExportResult.permanent(
                  "HTTP "
                      + status
                      + " with an answer of more than "
                      + limit
                      + " bytes (maxResponseBytes)")
              .withStatusCode(status);
      settle(successful ? result.withOutcomeUnknown() : result);
      return;
    } catch (IOException e) {
      if (successful) {
        failed("HTTP " + status + ", but the answer broke off: ", e);
        return;
      }
      // The status has said what matters.
      call.cancel();
    }
    if (state.get() != State.ENDED) {
      settle(
          mapping.apply(
              new HttpAnswer(status, response, body, transport.headers(), transport.clock())));
    }
  }

  /** Called by OkHttp's thread when it comes to the body. */
  private void writing() throws IOException {
    if (!state.compareAndSet(State.UNSENT, State.SENDING)) {
      throw new IOException(
          state.get() == State.ENDED ? "cancelled" : "the body of a request is sent only once");
    }
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
