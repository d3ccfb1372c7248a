/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.regex.Pattern;

/** Undoes what {@link InfluxDialect} says of names and tag values. */
final class Escapes {

  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  private Escapes() {}

  static String undo(String stored) {
    return stored.equals("\\u")
        ? ""
        : ESCAPE
            .matcher(stored)
            .replaceAll(
                found -> {
                  String one = String.valueOf((char) Integer.parseInt(found.group(1), 16));
                  return java.util.regex.Matcher.quoteReplacement(one);
                });
  }
}
