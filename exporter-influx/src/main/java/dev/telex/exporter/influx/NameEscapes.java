/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.ByteOutput;
import java.nio.charset.StandardCharsets;

/**
 * The escapes of names and tag values; see {@link InfluxDialect}. Text of fields has others: {@link
 * TextEscapes}.
 */
final class NameEscapes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** At most, of one char: two backslashes and {@code uXXXX}. */
  static final int MAX_BYTES = 7;

  private final ByteOutput out;
  private final InfluxDialect dialect;

  NameEscapes(ByteOutput out, InfluxDialect dialect) {
    this.out = out;
    this.dialect = dialect;
  }

  /** What stands for a text without characters. */
  void empty() {
    out.room(MAX_BYTES);
    backslash();
    out.put('u');
  }

  /** A character that would mean something else where it stands, or that no server keeps. */
  void unicode(char c) {
    out.room(MAX_BYTES);
    backslash();
    out.put('u');
    out.put(HEX[c >> 12]);
    out.put(HEX[c >> 8 & 0xf]);
    out.put(HEX[c >> 4 & 0xf]);
    out.put(HEX[c & 0xf]);
  }

  /** The characters of a text from there on. */
  void write(String text, int from, boolean escapesEquals) {
    int length = text.length();
    out.room((long) MAX_BYTES * length);
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      switch (c) {
        case ',', ' ' -> {
          out.put('\\');
          out.put(c);
        }
        case '=' -> {
          if (escapesEquals) {
            out.put('\\');
          }
          out.put(c);
        }
        case '\\' -> {
          if (isAmbiguous(text, i + 1)) {
            unicode(c);
          } else {
            backslash();
          }
        }
        case '\n', '\r' -> {
          if (dialect.escapesNewline()) {
            out.put('\\');
            out.put(c);
          } else {
            unicode(c);
          }
        }
        default -> {
          if (c < ' ' || Utf8.isHalf(text, i)) {
            unicode(c);
          } else {
            i = Utf8.write(out, text, i);
          }
        }
      }
    }
  }

  /** Whether a backslash would be taken for an escape of what follows it. */
  private boolean isAmbiguous(String text, int next) {
    if (next < text.length() && text.charAt(next) == 'u') {
      return true;
    }
    if (dialect.doublesBackslash()) {
      return false;
    }
    if (next == text.length()) {
      return true;
    }
    char c = text.charAt(next);
    // Before a quotation mark it gets lost in measurements and the keys of fields (InfluxDB 1.6).
    return c == ',' || c == '=' || c == '"' || c == '\\' || c <= ' ' || Utf8.isHalf(text, next);
  }

  private void backslash() {
    out.put('\\');
    if (dialect.doublesBackslash()) {
      out.put('\\');
    }
  }
}
