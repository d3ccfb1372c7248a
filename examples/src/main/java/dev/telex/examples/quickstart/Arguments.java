/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the quickstart.
 *
 * @param endpoint of a real collector, or null for the sinks in this process
 * @param time how long the shop is open
 */
record Arguments(@Nullable String endpoint, Duration time) {

  static Arguments parse(String[] args) {
    String endpoint = null;
    Duration time = Duration.ofSeconds(10);
    Iterator<String> left = List.of(args).iterator();
    while (left.hasNext()) {
      String option = left.next();
      String value = left.hasNext() ? left.next() : "";
      switch (option) {
        case "--endpoint" -> endpoint = value;
        case "--seconds" -> time = Duration.ofSeconds(Long.parseLong(value));
        default ->
            throw new IllegalArgumentException(
                "unknown argument '" + option + "': want --endpoint URL or --seconds N");
      }
    }
    return new Arguments(endpoint, time);
  }
}
