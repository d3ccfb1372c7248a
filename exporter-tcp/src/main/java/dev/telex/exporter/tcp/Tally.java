/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened to clients that are gone, and to what never got to one. Safe for several threads.
 */
final class Tally {

  final LongAdder accepted = new LongAdder();
  final LongAdder sentMessages = new LongAdder();
  final LongAdder sentBytes = new LongAdder();

  private final Map<TcpCloseReason, LongAdder> closed = new EnumMap<>(TcpCloseReason.class);
  private final Map<TcpDropReason, LongAdder> dropped = new EnumMap<>(TcpDropReason.class);

  Tally() {
    for (TcpCloseReason reason : TcpCloseReason.values()) {
      closed.put(reason, new LongAdder());
    }
    for (TcpDropReason reason : TcpDropReason.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void closed(TcpCloseReason reason) {
    adder(closed, reason).increment();
  }

  void drop(TcpDropReason reason, long count) {
    adder(dropped, reason).add(count);
  }

  Map<TcpCloseReason, Long> closed() {
    return sums(closed, new EnumMap<>(TcpCloseReason.class));
  }

  Map<TcpDropReason, Long> dropped() {
    return sums(dropped, new EnumMap<>(TcpDropReason.class));
  }

  private static <K> LongAdder adder(Map<K, LongAdder> adders, K key) {
    LongAdder adder = adders.get(key);
    if (adder == null) {
      throw new AssertionError(key);
    }
    return adder;
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> adders, Map<K, Long> sums) {
    adders.forEach(
        (reason, adder) -> {
          long sum = adder.sum();
          if (sum > 0) {
            sums.put(reason, sum);
          }
        });
    return sums;
  }
}
