/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.elasticsearch;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the example.
 *
 * @param to a node of Elasticsearch
 * @param left the file for what is not delivered
 * @param installTemplates whether our index templates are put into Elasticsearch before
 */
record Arguments(String to, Path left, boolean installTemplates) {

  static final String USAGE =
      "usage: ToElasticsearch [--to URL] [--left FILE] [--install-templates]";

  /** Reads them; an {@link IllegalArgumentException} says what is wrong. */
  static Arguments parse(String... args) {
    String to = "http://localhost:9200";
    Path left = Path.of("undelivered.jsonl");
    boolean installTemplates = false;
    Queue<String> rest = new ArrayDeque<>(List.of(args));
    while (!rest.isEmpty()) {
      String option = rest.remove();
      switch (option) {
        case "--to" -> to = value(option, rest);
        case "--left" -> left = Path.of(value(option, rest));
        case "--install-templates" -> installTemplates = true;
        default -> throw new IllegalArgumentException("unknown argument '" + option + "'");
      }
    }
    return new Arguments(to, left, installTemplates);
  }

  private static String value(String option, Queue<String> rest) {
    @Nullable String value = rest.poll();
    if (value == null) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return value;
  }
}
