/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

/** Why a pipeline dropped an item. */
public enum DropReason {
  /** The queue was full, of items or of bytes. */
  QUEUE_FULL("queue_full"),
  /** It waited in a full queue, and made room for another item. */
  EVICTED("queue_full"),
  /** It was emitted after the shutdown. */
  ALREADY_SHUTDOWN("already_shutdown"),
  /** It could not be sent before the grace of the shutdown was over. */
  SHUTDOWN("shutdown"),
  /** Its export did not end in time, and was cancelled. */
  TIMEOUT("timeout"),
  /** The exporter gave up on it. */
  EXPORT_FAILED("export_failed"),
  /** The span or log record threw when it was read. */
  UNREADABLE("unreadable");

  private final String errorType;

  DropReason(String errorType) {
    this.errorType = errorType;
  }

  /** The value of {@code error.type}; the first two are named by the semantic conventions. */
  String errorType() {
    return errorType;
  }
}
