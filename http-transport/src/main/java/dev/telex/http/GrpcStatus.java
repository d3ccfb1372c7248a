/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.util.Optional;

/** The status codes of gRPC (grpc/grpc, {@code doc/statuscodes.md}). */
public enum GrpcStatus {
  /** Success. */
  OK(0),
  /** The call was cancelled, typically by the caller. */
  CANCELLED(1),
  /** An error without a better status, or an answer without any. */
  UNKNOWN(2),
  /** The request is wrong, whatever the state of the server. */
  INVALID_ARGUMENT(3),
  /** The time was over; the server may have done its work nevertheless. */
  DEADLINE_EXCEEDED(4),
  /** Something that was asked for is not there. */
  NOT_FOUND(5),
  /** Something that was to be created is there already. */
  ALREADY_EXISTS(6),
  /** The caller may not do this. */
  PERMISSION_DENIED(7),
  /** A quota, or the space, is used up; also: the message is too large for the server. */
  RESOURCE_EXHAUSTED(8),
  /** The server is not in the state that this needs. */
  FAILED_PRECONDITION(9),
  /** Aborted, typically by another call at the same time. */
  ABORTED(10),
  /** Beyond the valid range. */
  OUT_OF_RANGE(11),
  /** The server does not know the method, or does not support it. */
  UNIMPLEMENTED(12),
  /** Something is broken in the server, or between it and the client. */
  INTERNAL(13),
  /** The server is not available at the moment. */
  UNAVAILABLE(14),
  /** Data was lost or damaged. */
  DATA_LOSS(15),
  /** The caller has not said who it is, or not proved it. */
  UNAUTHENTICATED(16);

  private final int code;

  GrpcStatus(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /**
   * The status that a {@code grpc-status} header states.
   *
   * @return {@link #UNKNOWN} for a number that gRPC does not define, as it demands; empty for what
   *     is no number
   */
  static Optional<GrpcStatus> parse(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    for (GrpcStatus status : values()) {
      if (text.equals(String.valueOf(status.code))) {
        return Optional.of(status);
      }
    }
    return Optional.of(UNKNOWN);
  }

  /**
   * The status of an answer that states none, as a proxy gives it (grpc/grpc, {@code
   * doc/http-grpc-status-mapping.md}).
   */
  static GrpcStatus ofHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }
}
