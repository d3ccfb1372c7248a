/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.RetryAfter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to a call, read to its end: for the function of a plugin that maps it to a
 * result.
 *
 * <p>The status is that of gRPC, from the trailers, or from the headers of an answer that has
 * nothing else. If neither states one, the answer is not a server's but most likely a proxy's: the
 * status is then the one that gRPC gives to the status of HTTP (grpc/grpc, {@code
 * doc/http-grpc-status-mapping.md}), and {@link #isFromHttp()} tells.
 *
 * <p>It lives as long as that function runs. Not safe for use by several threads.
 */
public final class GrpcAnswer {

  /** Only the beginning of words is shown; a server can send megabytes of them. */
  private static final int MAX_WORDS_CHARS = 10_000;

  private final int httpStatus;
  private final Response response;
  private final okhttp3.Headers trailers;
  private final byte @Nullable [] message;
  private final @Nullable String problem;
  private final Headers sent;
  private final InstantSource clock;
  private final @Nullable GrpcStatus stated;

  GrpcAnswer(
      int httpStatus,
      Response response,
      okhttp3.Headers trailers,
      byte @Nullable [] message,
      @Nullable String problem,
      Headers sent,
      InstantSource clock) {
    this.httpStatus = httpStatus;
    this.response = response;
    this.trailers = trailers;
    this.message = message;
    this.problem = problem;
    this.sent = sent;
    this.clock = clock;
    this.stated = stated();
  }

  /** The status of gRPC. */
  public GrpcStatus status() {
    return stated == null ? GrpcStatus.ofHttp(httpStatus) : stated;
  }

  /** Whether the status is {@link GrpcStatus#OK}: the server did what the call asked for. */
  public boolean isSuccessful() {
    return status() == GrpcStatus.OK;
  }

  /** Whether the answer states no status of gRPC, so that it was taken from that of HTTP. */
  public boolean isFromHttp() {
    return stated == null;
  }

  /** The status code of HTTP: 200, if it was a server of gRPC that answered. */
  public int httpStatus() {
    return httpStatus;
  }

  /**
   * The message of the answer, decompressed if it was compressed with gzip.
   *
   * @return the array itself, of at most {@code maxResponseBytes}; empty if there is not exactly
   *     one whole message, and {@link #problem()} then says what there is
   */
  public Optional<byte[]> message() {
    return Optional.ofNullable(message);
  }

  /** Why there is no {@link #message()}, as the second half of a sentence. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** The words of the server ({@code grpc-message}), decoded; not yet fit for a log line. */
  public Optional<String> statusMessage() {
    return field("grpc-message")
        .map(text -> text.substring(0, Math.min(text.length(), MAX_WORDS_CHARS)))
        .map(PercentEncoding::decode)
        .filter(text -> !text.isEmpty());
  }

  /**
   * The details of the server ({@code grpc-status-details-bin}): a {@code google.rpc.Status} in
   * protobuf.
   *
   * @return empty if there are none, or if they are not Base64
   */
  public Optional<byte[]> statusDetails() {
    try {
      return field("grpc-status-details-bin")
          .map(text -> Base64.getDecoder().decode(text.strip()))
          .filter(bytes -> bytes.length > 0);
    } catch (IllegalArgumentException e) {
      // Advice, which a call that has failed anyway can do without.
      return Optional.empty();
    }
  }

  /**
   * The media type in lower case, without parameters, e.g. {@code application/grpc}; the excerpt of
   * a server's word.
   */
  public Optional<String> contentType() {
    return contentType(response).map(this::excerpt).filter(type -> !type.isEmpty());
  }

  /** The delay of the header of HTTP, which proxies send; see {@link RetryAfter#parse}. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(response.header("Retry-After"))
        .flatMap(value -> RetryAfter.parse(value, clock));
  }

  /**
   * Makes words of this answer fit for a message: on one line, without control characters, without
   * the values of the headers that were sent, and of at most 200 characters.
   */
  public String excerpt(String text) {
    return sent.excerpt(text);
  }

  /** The statuses; no words and no message. */
  @Override
  public String toString() {
    return "GrpcAnswer[" + status() + ", HTTP " + httpStatus + "]";
  }

  private @Nullable GrpcStatus stated() {
    String type = contentType(response).orElse("application/grpc");
    if (!type.equals("application/grpc") && !type.startsWith("application/grpc+")) {
      return null;
    }
    GrpcStatus status =
        field("grpc-status")
            .map(text -> GrpcStatus.parse(text.strip()).orElse(GrpcStatus.UNKNOWN))
            .orElse(null);
    // Who says OK and not 200 contradicts itself: nothing can be taken for delivered.
    return status == GrpcStatus.OK && httpStatus != 200 ? null : status;
  }

  private Optional<String> field(String name) {
    String value = trailers.get(name);
    return Optional.ofNullable(value == null ? response.header(name) : value);
  }

  private static Optional<String> contentType(Response response) {
    return Optional.ofNullable(response.header("Content-Type"))
        .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
        .filter(type -> !type.isEmpty());
  }
}
