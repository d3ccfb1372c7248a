/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.OwnTraffic;
import dev.telex.exporter.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

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
  private final Request.Builder request;
  private final Payload payload;

  // Of the thread that runs this, and of the one that ends it.
  private volatile @Nullable OkHttpClient client;
  private volatile @Nullable Call call;
  private volatile Headers headers;

  private final AtomicReference<State> state = new AtomicReference<>(State.UNSENT);
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

  /** Set when the time is over. */
  private volatile boolean late;

  PostCall(HttpTransport transport, Request.Builder request, Payload payload, Exchange exchange) {
    this.transport = transport;
    this.exchange = exchange;
    this.request = request;
    this.payload = payload;
    this.headers = transport.headers().fixed();
  }

  /**
   * Whether it got no answer in time. Of HTTP/2 only the stream was closed, and the connection may
   * be dead: OkHttp would go on using it until TCP gives up.
   */
  boolean isLate() {
    return late;
  }

  /** The client that it was sent with; null if it was not. */
  @Nullable OkHttpClient client() {
    return client;
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
      Call current = call;
      if (current != null) {
        current.cancel();
      }
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
      OkHttpClient with = transport.clients().next();
      client = with;
      headers = OwnTraffic.run(transport.headers()::next);
      ExportResult result = send(with);
      if (result != null && isRefused(result) && renewHeaders()) {
        result = send(with);
      }
      if (result != null) {
        settle(result);
      }
    } catch (HeaderSupplyException e) {
      notSupplied(e);
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

  /**
   * Sends the request and makes a result of the answer.
   *
   * @return null if there is a result already
   */
  private @Nullable ExportResult send(OkHttpClient with) throws IOException {
    WireStatus wireStatus = new WireStatus();
    headers.values().forEach(request::header);
    Request next =
        request
            .tag(WireStatus.class, wireStatus)
            .post(exchange.body(payload, this::writing, this::broken))
            .build();
    Call begun = OwnTraffic.run(() -> transport.newCall(exchange.client(with, next.url()), next));
    call = begun;
    if (state.get() == State.ENDED) {
      // Whoever ended it may not have seen the call.
      return null;
    }
    try (Response response = OwnTraffic.run(begun::execute)) {
      return exchange.read(begun, wireStatus.of(response), response, headers);
    }
  }

  /** Whether the server wants another token: 401, or with gRPC UNAUTHENTICATED. */
  private static boolean isRefused(ExportResult result) {
    int code = result.statusCode().orElse(0);
    return code == 401 || code == GrpcStatus.UNAUTHENTICATED.code();
  }

  /** Gets another token, if there is one to be had, for a request that was not taken. */
  private boolean renewHeaders() throws HeaderSupplyException {
    if (state.updateAndGet(now -> now == State.ENDED ? now : State.UNSENT) == State.ENDED) {
      return false;
    }
    Headers refused = headers;
    Optional<Headers> renewed = OwnTraffic.run(() -> transport.headers().insteadOf(refused));
    renewed.ifPresent(others -> headers = others);
    return renewed.isPresent();
  }

  private void notSupplied(HeaderSupplyException e) {
    ExportResult result = ExportResult.retryable("not sent: " + e.getMessage());
    abort(e.getCause() == null ? result : result.withCause(e.getCause()));
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
    abort(ExportResult.permanent(headers.excerpt(cause.toString())).withCause(cause));
  }

  private void failed(String words, IOException cause) {
    String message = words + Failures.describe(cause, headers);
    ExportResult result =
        cause instanceof ProxyRefusedException
            ? ExportResult.permanent(message).withStatusCode(407)
            : ExportResult.retryable(message);
    abort(result.withCause(cause));
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
