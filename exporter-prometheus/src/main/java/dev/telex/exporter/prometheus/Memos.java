/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A {@link Memo} for each of a few keys. */
final class Memos<K, T> {

  private final Map<K, Memo<T>> memos = new ConcurrentHashMap<>();

  Memo<T> of(K key) {
    return memos.computeIfAbsent(key, unused -> new Memo<>());
  }
}
