/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.util.BinaryData;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.OwnTraffic;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.ContentTooLongException;
import org.apache.http.conn.ConnectTimeoutException;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/**
 * One request from its start to its one result, whichever comes first: the answer, a failure, the
 * timeout or a cancellation, both of which close the connection. What comes later is dropped.
 */
final class Call {

  private static final int MAX_CAUSES = 20;

  private final Node node;
  private final Headers.Now headers;
  private final int maxResponseBytes;
  private final Function<Answer, ExportResult> mapping;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<TransportHttpClient.Response> running;

  Call(
      Node node,
      Headers.Now headers,
      int maxResponseBytes,
      Function<Answer, ExportResult> mapping) {
    this.node = node;
    this.headers = headers;
    this.maxResponseBytes = maxResponseBytes;
    this.mapping = mapping;
  }

  /** Sends the request, once; the result never comes exceptionally. */
  CompletableFuture<ExportResult> send(Request request, Duration timeout, ExportContext context) {
    promise.thenRun(() -> timer.complete(false));
    try {
      CompletableFuture<TransportHttpClient.Response> begun =
          OwnTraffic.run(
              () ->
                  node.client()
                      .performRequestAsync(
                          request.path(), null, wire(request), node.options(all(request))));
      running = begun;
      begun.whenComplete(this::ended);
    } catch (IOException | RuntimeException e) {
      finish(failed(e));
      return promise;
    }
    context.onCancel(() -> abort(ExportResult.retryable("cancelled")));
    limit(context.remaining().filter(left -> left.compareTo(timeout) < 0).orElse(timeout));
    return promise;
  }

  private void limit(Duration time) {
    timer
        .completeOnTimeout(true, TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS)
        .thenAccept(
            over -> {
              if (over) {
                abort(ExportResult.retryable("no answer within " + time.toMillis() + " ms"));
              }
            });
  }

  private void abort(ExportResult result) {
    // First, so that what the client says of it comes too late.
    boolean first = promise.complete(result.withOutcomeUnknown());
    CompletableFuture<TransportHttpClient.Response> begun = running;
    if (first && begun != null) {
      begun.cancel(true);
    }
  }

  private TransportHttpClient.Request wire(Request request) {
    return new TransportHttpClient.Request(
        request.method(),
        request.path(),
        request.query(),
        Map.of("Content-Type", request.contentType()),
        new Chunks(request.body()));
  }

  private List<Header> all(Request request) {
    List<Header> all = new ArrayList<>(headers.headers());
    all.add(new Header("Accept", "application/json"));
    String encoding = request.contentEncoding();
    if (encoding != null) {
      all.add(new Header("Content-Encoding", encoding));
    }
    return all;
  }

  private void ended(TransportHttpClient.@Nullable Response response, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    try {
      if (cause instanceof ResponseException refused) {
        // The client's way to say 409, 413, 429 and 5xx; its message has all of the body.
        finish(mapping.apply(answer(refused.getResponse())));
      } else if (cause != null) {
        finish(failed(cause));
      } else if (response != null) {
        finish(mapping.apply(answer(response)));
      }
    } catch (IOException | RuntimeException e) {
      finish(failed(e));
    } catch (VirtualMachineError e) {
      finish(ExportResult.permanent(e.toString()).withCause(e));
      throw e;
    }
  }

  private Answer answer(TransportHttpClient.Response response) throws IOException {
    try (response) {
      BinaryData body = response.body();
      return new Answer(
          response.statusCode(),
          response.header("Retry-After"),
          body == null ? new byte[0] : read(body.asInputStream()));
    }
  }

  private Answer answer(org.elasticsearch.client.Response response) throws IOException {
    return new Answer(
        response.getStatusLine().getStatusCode(),
        response.getHeader("Retry-After"),
        response.getEntity() == null ? new byte[0] : read(response.getEntity().getContent()));
  }

  /** Bounded again: it may have been compressed. */
  private byte[] read(InputStream in) throws IOException {
    try (in) {
      byte[] body = in.readNBytes(maxResponseBytes);
      if (body.length == maxResponseBytes && in.read() >= 0) {
        throw new ContentTooLongException(
            "the answer is longer than " + maxResponseBytes + " bytes");
      }
      return body;
    }
  }

  private ExportResult failed(Throwable cause) {
    boolean neverSent = false;
    boolean certificate = false;
    int depth = 0;
    for (Throwable e = cause; e != null && depth < MAX_CAUSES; e = e.getCause()) {
      neverSent |=
          e instanceof ConnectException
              || e instanceof ConnectTimeoutException
              || e instanceof UnknownHostException
              || e instanceof NoRouteToHostException
              || e instanceof SSLHandshakeException
              || e instanceof SSLPeerUnverifiedException;
      certificate |= e instanceof CertificateException || e instanceof SSLPeerUnverifiedException;
      depth++;
    }
    String words =
        (certificate ? "the server's certificate is not trusted: " : "")
            + cause.getClass().getSimpleName()
            + ": "
            + BulkAnswer.excerpt(
                headers.secrets(), Optional.ofNullable(cause.getMessage()).orElse(""));
    ExportResult result = ExportResult.retryable(words).withCause(cause);
    return neverSent || running == null ? result : result.withOutcomeUnknown();
  }

  private void finish(ExportResult result) {
    promise.complete(result);
  }
}
