/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.ArrayList;
import java.util.List;

/**
 * The names of a database whose tables have columns: of few characters, and none twice in a line,
 * in any case (QuestDB 9.3).
 */
final class ColumnNames {

  /** What no name of a column has; those of tables may have dots. */
  private static final String REFUSED = "?.,'\"\\/:()+-*%~\u007f\ufeff";

  /** Of this line so far. */
  private final List<String> taken = new ArrayList<>();

  /**
   * The name of a table, which begins a line; it may have dots, but not at its ends or together.
   */
  String table(String name) {
    taken.clear();
    return plain(name, true);
  }

  /** A name that no other column of the line has. */
  String column(String name) {
    String plain = plain(name, false);
    // The column of the time has that name.
    String free = plain.equalsIgnoreCase("timestamp") ? plain + "_" : plain;
    while (isTaken(free)) {
      free += "_";
    }
    taken.add(free);
    return free;
  }

  /** How many the line has. */
  int count() {
    return taken.size();
  }

  /** Forgets all but the first ones. */
  void keep(int count) {
    taken.subList(count, taken.size()).clear();
  }

  private boolean isTaken(String name) {
    return taken.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static String plain(String name, boolean isTable) {
    StringBuilder plain = new StringBuilder(name);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean dotOfTable =
          isTable && c == '.' && i > 0 && i + 1 < plain.length() && plain.charAt(i - 1) != '.';
      boolean refused = c < ' ' || REFUSED.indexOf(c) >= 0 || Utf8.isHalf(name, i);
      boolean spaceAtEnd = c == ' ' && (i == 0 || i + 1 == plain.length());
      if ((refused && !dotOfTable) || spaceAtEnd) {
        plain.setCharAt(i, '_');
      }
    }
    return plain.isEmpty() ? "_" : plain.toString();
  }
}
