/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Lines as whoever reads them takes them: tags and fields in any order, and doubles in any form.
 * Knows of line protocol what the items of {@link Workload} need.
 */
final class InfluxLines {

  private InfluxLines() {}

  static List<String> sorted(byte[] body) {
    List<String> lines = new ArrayList<>();
    for (String line : split(new String(body, StandardCharsets.UTF_8), '\n')) {
      List<String> parts = split(line, ' ');
      List<String> tags = split(parts.get(0), ',');
      List<String> fields = split(parts.get(1), ',');
      fields.replaceAll(InfluxLines::normal);
      Collections.sort(tags.subList(1, tags.size()));
      Collections.sort(fields);
      lines.add(tags + " " + fields + " " + parts.get(2));
    }
    Collections.sort(lines);
    return lines;
  }

  private static String normal(String field) {
    int value = field.indexOf('=') + 1;
    return Character.isDigit(field.charAt(field.length() - 1))
        ? field.substring(0, value) + Double.parseDouble(field.substring(value))
        : field;
  }

  /** At what is neither escaped nor in a text. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"' && (quoted || (i > 0 && text.charAt(i - 1) == '='))) {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      parts.add(text.substring(begin));
    }
    return parts;
  }
}
