/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

/** Characters of the names of metrics and labels. */
final class Names {

  private Names() {}

  /**
   * A classic metric name, {@code [a-zA-Z_:][a-zA-Z0-9_:]*}: everything else becomes an underscore,
   * several of which become one. Empty for an empty name.
   */
  static String metric(String name) {
    return notADigitFirst(isClassic(name, true) ? name : collapsed(name, true), "_");
  }

  /**
   * A classic label name, {@code [a-zA-Z_][a-zA-Z0-9_]*}, as {@link #metric}. What begins with a
   * digit gets {@code key_} before it, as the Collector and OpenTelemetry Java have it.
   */
  static String label(String key) {
    return notADigitFirst(isClassic(key, false) ? key : collapsed(key, false), "key_");
  }

  /** A name of any characters, but unpaired surrogates, which no encoding of Unicode has. */
  static String wellFormed(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isSurrogate(name.charAt(i))) {
        return withoutUnpaired(name);
      }
    }
    return name;
  }

  /** A label name of any characters that Prometheus does not keep for itself. */
  static String utf8Label(String key) {
    String name = wellFormed(key);
    int from = 0;
    while (from + 1 < name.length() && isReserved(name, from)) {
      from++;
    }
    return name.substring(from);
  }

  /** The client library refuses these; Prometheus keeps the first for itself. */
  private static boolean isReserved(String name, int at) {
    return "_.".indexOf(name.charAt(at)) >= 0 && "_.".indexOf(name.charAt(at + 1)) >= 0;
  }

  /** Whether there is anything but underscores. */
  static boolean saysSomething(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != '_') {
        return true;
      }
    }
    return false;
  }

  private static boolean isClassic(String name, boolean colons) {
    boolean underscore = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetterOrDigit(c) && (!colons || c != ':')) {
        if (c != '_' || underscore) {
          return false;
        }
        underscore = true;
      } else {
        underscore = false;
      }
    }
    return true;
  }

  /** Everything but letters, digits and, if told so, colons as single underscores. */
  static String collapsed(String name, boolean colons) {
    StringBuilder classic = new StringBuilder(name.length());
    boolean underscore = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (isLetterOrDigit(c) || (colons && c == ':')) {
        classic.append(c);
        underscore = false;
      } else if (!underscore) {
        classic.append('_');
        underscore = true;
      }
    }
    return classic.toString();
  }

  private static String notADigitFirst(String name, String prefix) {
    return !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9' ? prefix + name : name;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String withoutUnpaired(String name) {
    StringBuilder paired = new StringBuilder(name.length());
    name.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '_' : c)
        .forEach(paired::appendCodePoint);
    return paired.toString();
  }
}
