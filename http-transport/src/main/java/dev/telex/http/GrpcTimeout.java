/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

/**
 * Writes the {@code grpc-timeout} header (grpc/grpc, {@code doc/PROTOCOL-HTTP2.md}, "Requests").
 */
final class GrpcTimeout {

  /** At most 8 digits. */
  private static final long BOUND = 100_000_000L;

  private GrpcTimeout() {}

  /**
   * The value for a time, in the finest unit that it fits into. It is rounded down, so that the
   * server does not go on when nobody waits any more.
   *
   * @param nanos less than 1 counts as 1: gRPC has no zero
   */
  static String of(long nanos) {
    long value = Math.max(1, nanos);
    if (value < BOUND) {
      return value + "n";
    }
    value /= 1000;
    if (value < BOUND) {
      return value + "u";
    }
    value /= 1000;
    if (value < BOUND) {
      return value + "m";
    }
    value /= 1000;
    if (value < BOUND) {
      return value + "S";
    }
    value /= 60;
    return value < BOUND ? value + "M" : value / 60 + "H";
  }
}
