/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.replay;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the replay.
 *
 * @param file to replay, with those that it was rotated to
 * @param to the collector
 * @param left the file for what is not delivered
 * @param attempts for each line, 1 or more
 * @param headers of each request
 * @param delete whether a file is deleted that is not needed any more
 */
record Arguments(
    Path file, String to, Path left, int attempts, Map<String, String> headers, boolean delete) {

  static final String USAGE =
      "usage: replay FILE --to URL [--left FILE] [--attempts N] [--header NAME=VALUE]... [--delete]";

  /** Reads them; an {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... args) {
    Path file = null;
    String to = null;
    Path left = null;
    int attempts = 5;
    Map<String, String> headers = new LinkedHashMap<>();
    boolean delete = false;
    Queue<String> rest = new ArrayDeque<>(List.of(args));
    while (!rest.isEmpty()) {
      String option = rest.remove();
      switch (option) {
        case "--to" -> to = value(option, rest);
        case "--left" -> left = Path.of(value(option, rest));
        case "--attempts" -> attempts = Integer.parseInt(value(option, rest));
        case "--header" -> {
          String pair = value(option, rest);
          int equals = pair.indexOf('=');
          if (equals < 1) {
            throw new IllegalArgumentException("--header wants NAME=VALUE");
          }
          headers.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        case "--delete" -> delete = true;
        default -> {
          if (option.startsWith("-") || file != null) {
            throw new IllegalArgumentException("unknown argument '" + option + "'");
          }
          file = Path.of(option);
        }
      }
    }
    if (file == null || to == null) {
      throw new IllegalArgumentException("FILE and --to are needed");
    }
    return new Arguments(file, to, left == null ? besides(file) : left, attempts, headers, delete);
  }

  /** {@code undelivered-left.jsonl} of {@code undelivered.jsonl}. */
  private static Path besides(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    return file.resolveSibling(name.substring(0, end) + "-left" + name.substring(end));
  }

  private static String value(String option, Queue<String> rest) {
    @Nullable String value = rest.poll();
    if (value == null) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return value;
  }
}
