/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.Arrays;

/**
 * Gives the lines of one batch times of their own. A server keeps one point of a measurement for
 * each set of tags and time, and of two the second replaces the first: two log records of one
 * nanosecond, or of one microsecond where the clock has no better, would be one. So the second is
 * moved by a nanosecond, and so on, as InfluxData advises ("Handle duplicate data points").
 *
 * <p>Sets of tags are told apart by a hash: for two that have the same one, a time may be moved
 * without need. Not safe for use by several threads.
 */
final class FreeTimes {

  private static final long MIX = 0x9e3779b97f4a7c15L;

  /** Open addressing; 0 is a free place. */
  private long[] taken = new long[64];

  private int count;

  // Of the last call: all times from the wanted to the given one are taken.
  private long lastTags;
  private long lastWanted;
  private long lastGiven = -1;

  /**
   * A time that no other line of these tags has.
   *
   * @param tags a hash of the measurement and its tags
   * @return that time, or as soon as possible after it
   */
  long next(long tags, long time) {
    boolean again = tags == lastTags && lastWanted <= time && time <= lastGiven;
    long free = again ? lastGiven + 1 : time;
    while (!add(tags * MIX + free)) {
      free++;
    }
    lastWanted = again ? lastWanted : time;
    lastTags = tags;
    lastGiven = free;
    return free;
  }

  private boolean add(long value) {
    long nonZero = value == 0 ? MIX : value;
    if (count * 2 > taken.length) {
      grow();
    }
    if (!put(taken, nonZero)) {
      return false;
    }
    count++;
    return true;
  }

  private static boolean put(long[] table, long value) {
    int mask = table.length - 1;
    int at = (int) ((value * MIX) >>> 32) & mask;
    while (table[at] != 0) {
      if (table[at] == value) {
        return false;
      }
      at = (at + 1) & mask;
    }
    table[at] = value;
    return true;
  }

  private void grow() {
    long[] old = taken;
    taken = new long[old.length * 2];
    Arrays.stream(old).filter(value -> value != 0).forEach(value -> put(taken, value));
  }
}
