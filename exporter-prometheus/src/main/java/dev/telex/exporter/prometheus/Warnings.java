/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Excerpt;
import java.util.HashSet;
import java.util.Set;

/**
 * Says a thing once, and about no more than {@value #MAX} names. Safe for use by several threads.
 */
final class Warnings {

  private static final System.Logger LOGGER = System.getLogger(Warnings.class.getPackageName());
  private static final int MAX = 100;
  private static final int MAX_LENGTH = 500;

  private final Set<String> known = new HashSet<>();

  /**
   * Logs a warning, unless there has been one of this name.
   *
   * @param name of a metric; or of something else, in angle brackets
   */
  void about(String name, String words) {
    boolean last;
    synchronized (known) {
      if (known.size() >= MAX || !known.add(name)) {
        return;
      }
      last = known.size() == MAX;
    }
    LOGGER.log(System.Logger.Level.WARNING, Excerpt.of(words, MAX_LENGTH));
    if (last) {
      LOGGER.log(System.Logger.Level.WARNING, "no more metrics that are left out are named");
    }
  }
}
