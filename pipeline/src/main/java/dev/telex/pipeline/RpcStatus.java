/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of gRPC's status codes, which are lower than any of HTTP. */
final class RpcStatus {

  private static final List<String> NAMES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private RpcStatus() {}

  /** The name of a code, or null if it is none of gRPC. */
  static @Nullable String nameOf(int code) {
    return code >= 0 && code < NAMES.size() ? NAMES.get(code) : null;
  }
}
