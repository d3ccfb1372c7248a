/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;
import java.nio.charset.StandardCharsets;

/** The escapes of the texts of fields, and of JSON within one; see {@link InfluxDialect}. */
final class TextEscapes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** At most, of one char: two backslashes and {@code uXXXX}. */
  private static final int MAX_BYTES = 7;

  private final ByteOutput out;
  private final InfluxDialect dialect;
  private final NameEscapes names;

  TextEscapes(ByteOutput out, InfluxDialect dialect, NameEscapes names) {
    this.out = out;
    this.dialect = dialect;
    this.names = names;
  }

  void write(String text) {
    int length = text.length();
    out.room((long) MAX_BYTES * length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.put('\\');
        out.put(c);
      } else if (c < ' ') {
        control(c);
      } else if (Utf8.isHalf(text, i)) {
        out.put('?');
      } else {
        i = Utf8.write(out, text, i);
      }
    }
  }

  private void control(char c) {
    switch (dialect) {
      case VICTORIAMETRICS -> names.unicode(c);
      case QUESTDB -> {
        if (c == 0) {
          // It would store it, and then answer with JSON that nobody can read.
          names.unicode(c);
        } else {
          if (c == '\n' || c == '\r') {
            out.put('\\');
          }
          out.put(c);
        }
      }
      case INFLUXDB, INFLUXDB_1 -> out.put(c);
    }
  }

  /** The characters of a string of JSON. */
  void writeJson(String text) {
    int length = text.length();
    out.room((long) MAX_BYTES * length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        // A backslash for JSON, and one for the line before each of the two.
        out.put('\\');
        out.put('\\');
        out.put('\\');
        out.put(c);
      } else if (c < ' ') {
        out.put('\\');
        out.put('\\');
        out.put('u');
        out.put('0');
        out.put('0');
        out.put(HEX[c >> 4]);
        out.put(HEX[c & 0xf]);
      } else if (Utf8.isHalf(text, i)) {
        // As an escape it would be JSON that many readers refuse as a whole.
        out.put('?');
      } else {
        i = Utf8.write(out, text, i);
      }
    }
  }
}
