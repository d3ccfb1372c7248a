/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

/** The fields of one line after another, with what is between them. */
final class Fields {

  private final LineOutput out;
  private boolean hasSome;

  Fields(LineOutput out) {
    this.out = out;
  }

  /** After the tags. */
  void begin() {
    hasSome = false;
  }

  /** Whether the line has a field. */
  boolean hasSome() {
    return hasSome;
  }

  void text(String key, String value) {
    key(key);
    out.quoted(value);
  }

  void integer(String key, long value) {
    key(key);
    out.integer(value);
  }

  /** A number of what was dropped, of which nothing is said if there is none. */
  void dropped(String key, int value) {
    if (value > 0) {
      key(key);
      out.count(value);
    }
  }

  /** A number, unless it is none that line protocol can hold. */
  void real(String key, double value) {
    if (Double.isFinite(value)) {
      key(key);
      out.real(value);
    }
  }

  /** Attributes, if there are some that are no tags. */
  boolean json(String key, ItemAttributes attributes) {
    int before = out.size();
    separator();
    if (attributes.field(key)) {
      hasSome = true;
      return true;
    }
    out.truncate(before);
    return false;
  }

  void end(long time) {
    out.raw(' ');
    out.digits(time);
    out.raw('\n');
  }

  private void key(String key) {
    separator();
    hasSome = true;
    out.key(key);
    out.raw('=');
  }

  private void separator() {
    out.raw(hasSome ? ',' : ' ');
  }
}
