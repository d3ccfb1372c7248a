/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Arrays to write into, used again: at most 8 of at most 2 MiB are kept. No thread-local, because
 * threads come and go and outlive class loaders.
 */
final class Scratch {

  private static final int MAX_POOLED = 8;
  private static final int INITIAL_BYTES = 64 << 10;
  private static final int MAX_KEPT_BYTES = 2 << 20;

  private static final AtomicReferenceArray<byte @Nullable []> POOL =
      new AtomicReferenceArray<>(Math.min(MAX_POOLED, Runtime.getRuntime().availableProcessors()));

  private Scratch() {}

  /** An array of any length, with any content; nobody else's. */
  static byte[] take() {
    for (int i = 0; i < POOL.length(); i++) {
      byte[] array = POOL.getAndSet(i, null);
      if (array != null) {
        return array;
      }
    }
    return new byte[INITIAL_BYTES];
  }

  /** The array must not be touched any more. */
  static void giveBack(byte[] array) {
    if (array.length > MAX_KEPT_BYTES) {
      return;
    }
    for (int i = 0; i < POOL.length(); i++) {
      if (POOL.compareAndSet(i, null, array)) {
        return;
      }
    }
  }
}
