/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.time.Duration;

/**
 * What becomes of an item when the queue of its signal is full.
 *
 * <p>Metrics have no overflow: they are collected only when the collection before has been handed
 * to the exporter, and until then the SDK goes on to aggregate. Immutable.
 */
public final class Overflow {

  /** The item that does not fit is dropped: the default, and the cheapest. */
  public static final Overflow DROP_NEWEST = new Overflow("DROP_NEWEST", Duration.ZERO);

  /**
   * The item that waits longest is dropped. Each item is looked at when it is emitted, which costs
   * the caller more than {@link #DROP_NEWEST}.
   */
  public static final Overflow DROP_OLDEST = new Overflow("DROP_OLDEST", Duration.ZERO);

  /**
   * Spans with the status ERROR, and log records of the severity WARN and above, take the place of
   * the oldest item that is neither; they are also sent first. Other items that do not fit are
   * dropped, and so are these once nothing else waits. Costs as {@link #DROP_OLDEST}.
   */
  public static final Overflow KEEP_WHAT_MATTERS = new Overflow("KEEP_WHAT_MATTERS", Duration.ZERO);

  private final String name;
  private final Duration maxWait;

  private Overflow(String name, Duration maxWait) {
    this.name = name;
    this.maxWait = maxWait;
  }

  /**
   * The thread that ends the span or emits the log record waits for room; when the time is over, or
   * the thread is interrupted, the item is dropped. An interrupt is kept.
   *
   * @param maxWait more than zero, for each item
   * @throws IllegalArgumentException if it is not more than zero
   */
  public static Overflow block(Duration maxWait) {
    return new Overflow("BLOCK(" + maxWait + ")", Times.positive("maxWait", maxWait));
  }

  /** Zero for those that do not wait. */
  Duration maxWait() {
    return maxWait;
  }

  /** Whether an item that waits may have to go for another one. */
  boolean evicts() {
    return this == DROP_OLDEST || this == KEEP_WHAT_MATTERS;
  }

  @Override
  public String toString() {
    return name;
  }
}
