/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.Map;

/**
 * A point that was read from a line.
 *
 * @param tags in their order
 * @param fields Long of an integer, {@link Unsigned}, Double, Boolean or String
 * @param line the line itself
 */
record Point(
    String measurement,
    Map<String, String> tags,
    Map<String, Object> fields,
    long time,
    String line) {

  /** An unsigned integer. */
  record Unsigned(long value) {}

  String tag(String key) {
    return tags.getOrDefault(key, "");
  }

  Object field(String key) {
    Object value = fields.get(key);
    if (value == null) {
      throw new AssertionError("there is no field " + key + ": " + line);
    }
    return value;
  }
}
