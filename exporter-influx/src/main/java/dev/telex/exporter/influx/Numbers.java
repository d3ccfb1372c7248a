/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;

/** Numbers in decimal digits, without a suffix. */
final class Numbers {

  private static final int MAX_DIGITS = 20;

  /** Up to here every integer is a double, and has an exact one. */
  private static final double MAX_EXACT = 1L << 53;

  private Numbers() {}

  static void integer(ByteOutput out, long value) {
    if (value == Long.MIN_VALUE) {
      out.ascii("-9223372036854775808");
      return;
    }
    byte[] target = out.room(MAX_DIGITS);
    if (value < 0) {
      out.put('-');
    }
    long rest = Math.abs(value);
    out.advance(digits(rest));
    int at = out.size();
    do {
      long tenth = rest / 10;
      target[--at] = (byte) ('0' + (int) (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
  }

  /** A finite number; the same one is read back. */
  static void real(ByteOutput out, double value) {
    long integral = (long) value;
    // Not -0.0, which has no integer.
    if (integral == value
        && Math.abs(value) <= MAX_EXACT
        && (integral != 0 || Double.doubleToRawLongBits(value) == 0)) {
      integer(out, integral);
    } else {
      out.ascii(Double.toString(value));
    }
  }

  private static int digits(long value) {
    int count = 1;
    for (long bound = 10; count < 19 && value >= bound; bound *= 10) {
      count++;
    }
    return count;
  }
}
