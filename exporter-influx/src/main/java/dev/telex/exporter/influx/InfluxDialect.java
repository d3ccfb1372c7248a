/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

/**
 * Whose line protocol it is. Servers agree on most of it, and not on backslashes, newlines,
 * unsigned integers and names.
 *
 * <p>What no server keeps in names and tag values is written as {@code \}{@code uXXXX} in all
 * dialects, and so that two texts never become the same one: control characters, halves of
 * surrogate pairs, and the backslash of what would read like such an escape. An empty name is
 * {@code \}{@code u}. The texts of fields are escaped so that they come back as they were, but for
 * halves of surrogate pairs, which are question marks (so they are in JSON).
 */
public enum InfluxDialect {

  /**
   * InfluxDB 2 and 3, and the default with a bucket. A backslash in a name or tag value stands for
   * itself; where it would escape what follows (a comma, an equals sign, a space, a quotation mark,
   * a backslash or the end) it is written as {@code \}{@code u005c}, because nothing else brings it
   * in (InfluxDB 1 and 2 do not know an escaped backslash there). Counts of what was dropped are
   * unsigned.
   */
  INFLUXDB(false, true, false),

  /**
   * InfluxDB 1, and the default with a database: as {@link #INFLUXDB}, without unsigned integers.
   */
  INFLUXDB_1(false, false, false),

  /**
   * QuestDB (9.3): backslashes and newlines are escaped with a backslash. Its names have few
   * characters: dots, signs and the like become underscores, and a name that another one of the
   * line has, in any case, gets one more. No unsigned integers.
   */
  QUESTDB(true, false, true),

  /**
   * VictoriaMetrics (1.79): backslashes are escaped with a backslash. It ends a line at a newline
   * within a text, and stores texts as 0: control characters in texts are escaped too.
   */
  VICTORIAMETRICS(true, true, false);

  private final boolean doublesBackslash;
  private final boolean unsigned;
  private final boolean columns;

  InfluxDialect(boolean doublesBackslash, boolean unsigned, boolean columns) {
    this.doublesBackslash = doublesBackslash;
    this.unsigned = unsigned;
    this.columns = columns;
  }

  /** Whether an escaped backslash is one in names and tag values. */
  boolean doublesBackslash() {
    return doublesBackslash;
  }

  /** Whether an escaped newline is one in names and tag values. */
  boolean escapesNewline() {
    return this == QUESTDB;
  }

  boolean hasUnsigned() {
    return unsigned;
  }

  /** Whether it has {@link ColumnNames}. */
  boolean hasColumns() {
    return columns;
  }
}
