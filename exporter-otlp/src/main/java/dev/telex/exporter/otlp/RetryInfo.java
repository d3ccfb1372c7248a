/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.RetryAfter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The server's word on when to try again: {@code google.rpc.RetryInfo}, one of the details of a
 * {@code google.rpc.Status} (opentelemetry-proto, {@code docs/specification.md}, "OTLP/gRPC
 * Throttling").
 *
 * @param delay zero if the client is to choose; at most {@link RetryAfter#MAX}
 */
record RetryInfo(Duration delay) {

  private static final String TYPE = "google.rpc.RetryInfo";

  /**
   * Looks for it in the details of a status.
   *
   * @param status a {@code google.rpc.Status}
   * @return empty if it is not there, or not to be read
   */
  static Optional<RetryInfo> find(byte[] status) {
    try {
      ProtobufField details = ProtobufField.repeatedBytes(3);
      ProtobufField.read(ByteBuffer.wrap(status), details);
      for (ByteBuffer any : details.all()) {
        ProtobufField typeUrl = ProtobufField.bytes(1);
        ProtobufField value = ProtobufField.bytes(2);
        ProtobufField.read(any, typeUrl, value);
        String type = typeUrl.text();
        if (type.substring(type.lastIndexOf('/') + 1).equals(TYPE)) {
          return Optional.of(read(value.bytes()));
        }
      }
    } catch (MalformedAnswerException e) {
      // The status says what matters; this is advice.
    }
    return Optional.empty();
  }

  /** The delay, if the server asks for one. */
  Optional<Duration> wanted() {
    return delay.isZero() ? Optional.empty() : Optional.of(delay);
  }

  private static RetryInfo read(ByteBuffer message) throws MalformedAnswerException {
    ProtobufField retryDelay = ProtobufField.bytes(1);
    ProtobufField.read(message, retryDelay);
    ProtobufField seconds = ProtobufField.number(1);
    ProtobufField nanos = ProtobufField.number(2);
    ProtobufField.read(retryDelay.bytes(), seconds, nanos);
    // Within the bound first, so that the sum cannot overflow.
    long bounded = Math.max(-1, Math.min(RetryAfter.MAX.toSeconds(), seconds.number()));
    Duration delay = Duration.ofSeconds(bounded).plusNanos(nanos.number());
    if (delay.isNegative()) {
      return new RetryInfo(Duration.ZERO);
    }
    return new RetryInfo(delay.compareTo(RetryAfter.MAX) > 0 ? RetryAfter.MAX : delay);
  }
}
