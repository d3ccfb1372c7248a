/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;

/**
 * The elements of line protocol (docs.influxdata.com, InfluxDB v2, "Line protocol"), as a dialect
 * has them. Not safe for use by several threads.
 */
final class LineOutput extends ByteOutput {

  private final InfluxDialect dialect;
  private final NameEscapes nameEscapes;
  private final TextEscapes textEscapes;
  private final ColumnNames columns = new ColumnNames();

  LineOutput(InfluxDialect dialect) {
    this.dialect = dialect;
    this.nameEscapes = new NameEscapes(this, dialect);
    this.textEscapes = new TextEscapes(this, dialect, nameEscapes);
  }

  InfluxDialect dialect() {
    return dialect;
  }

  // --- Names and tag values ---

  /** The beginning of a line. */
  void measurement(String name) {
    if (dialect.hasColumns()) {
      // It wants equals signs escaped here too, and nobody else knows that.
      name(columns.table(name), true);
    } else if (name.isEmpty()) {
      nameEscapes.empty();
    } else if (name.charAt(0) == '#') {
      // A line that begins so is a comment.
      nameEscapes.unicode('#');
      nameEscapes.write(name, 1, false);
    } else {
      name(name, false);
    }
  }

  /** The key of a tag or of a field. */
  void key(String key) {
    if (dialect.hasColumns()) {
      name(columns.column(key), true);
    } else if (key.isEmpty()) {
      nameEscapes.empty();
    } else if (isReserved(key)) {
      nameEscapes.unicode(key.charAt(0));
      nameEscapes.write(key, 1, true);
    } else {
      name(key, true);
    }
  }

  /**
   * A tag, with the comma before it.
   *
   * @param value not empty
   */
  void tag(String key, String value) {
    raw(',');
    key(key);
    raw('=');
    name(value, true);
  }

  /** A tag whose value is of letters and digits. */
  void id(String key, String value) {
    raw(',');
    key(key);
    raw('=');
    ascii(value);
  }

  /** How many names the line has, to go on from there with another line of the same tags. */
  int names() {
    return columns.count();
  }

  void names(int count) {
    columns.keep(count);
  }

  /** InfluxDB 1 drops points with a tag of that name, and fields. InfluxDB 2 has more of them. */
  private static boolean isReserved(String key) {
    return switch (key.length()) {
      case 4 -> key.equals("time");
      case 6 -> key.equals("_field");
      case 12 -> key.equals("_measurement");
      default -> false;
    };
  }

  private void name(String text, boolean escapesEquals) {
    if (!PlainText.writeName(this, text)) {
      nameEscapes.write(text, 0, escapesEquals);
    }
  }

  // --- Values of fields ---

  /** A text, with its quotation marks. */
  void quoted(String text) {
    raw('"');
    text(text);
    raw('"');
  }

  /** A text, or a part of one. */
  void text(String text) {
    if (!PlainText.writeText(this, text)) {
      textEscapes.write(text);
    }
  }

  /** A string of JSON, with its quotation marks, within a text. */
  void json(String text) {
    room(2);
    put('\\');
    put('"');
    if (!PlainText.writeText(this, text)) {
      textEscapes.writeJson(text);
    }
    room(2);
    put('\\');
    put('"');
  }

  /** An integer, without a suffix. */
  void digits(long value) {
    Numbers.integer(this, value);
  }

  /** A field's integer. */
  void integer(long value) {
    digits(value);
    raw('i');
  }

  /** A count, of the type that the dialect has for it. */
  void count(long value) {
    digits(value);
    raw(dialect.hasUnsigned() ? 'u' : 'i');
  }

  /** A finite number; the same one is read back. */
  void real(double value) {
    Numbers.real(this, value);
  }
}
