/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.concurrent.TimeUnit;

/** The next moment at which a thread has to look at its clock, which may wrap around. */
final class Alarm {

  private boolean set;
  private long nanos;

  /** Rings at a moment, or earlier if that was asked for before. */
  void at(long moment) {
    if (!set || moment - nanos < 0) {
      set = true;
      nanos = moment;
    }
  }

  /** Whether it rings; it is not set any more then. */
  boolean rings(long now) {
    if (!set || nanos - now > 0) {
      return false;
    }
    set = false;
    return true;
  }

  /** How long a selector may wait; 0 is for ever. */
  long waitMillis(long now) {
    return set ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - now) + 1) : 0;
  }
}
