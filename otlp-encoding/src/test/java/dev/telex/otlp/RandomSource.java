/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Numbers, choices and lists of a seed; the extreme ones far more often than chance would. */
final class RandomSource {

  private static final long[] LONGS = {
    0,
    1,
    -1,
    63,
    64,
    127,
    128,
    16_383,
    16_384,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1_700_000_000_123_456_789L,
    (1L << 53) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
  };

  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e21,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
  };

  private final SplittableRandom random;

  RandomSource(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** From 0 to {@code bound} - 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** True once in {@code times}. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  boolean flip() {
    return random.nextBoolean();
  }

  long number() {
    return flip() ? LONGS[below(LONGS.length)] : random.nextLong() >> below(64);
  }

  /** A count of the protocol, which are 0 or more. */
  long count() {
    return number() & Long.MAX_VALUE;
  }

  double fraction() {
    return flip() ? DOUBLES[below(DOUBLES.length)] : random.nextDouble() * (1L << below(40));
  }

  byte[] bytes() {
    byte[] bytes = new byte[below(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  String hex(int length) {
    StringBuilder hex = new StringBuilder(length);
    while (hex.length() < length) {
      hex.append(Character.forDigit(below(16), 16));
    }
    return hex.toString();
  }

  <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  <T> T pick(T[] values) {
    return values[below(values.length)];
  }

  /** Empty one time in three, else of at most {@code max} values. */
  <T> List<T> list(int max, Supplier<? extends T> value) {
    return oneIn(3) ? List.of() : listOf(1 + below(max), value);
  }

  <T> List<T> listOf(int size, Supplier<? extends T> value) {
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(value.get());
    }
    return values;
  }
}
