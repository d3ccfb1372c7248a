/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The fields of one line after another, with what is between them. */
final class Fields {

  private final LineOutput out;
  private final Predicate<String> isTag;
  private boolean hasSome;
  private int hidden;

  /**
   * Fields that go where the tags leave them a place.
   *
   * @param isTag whether the line has a tag of that key: then a field of it is left out, and
   *     counted
   */
  Fields(LineOutput out, Predicate<String> isTag) {
    this.out = out;
    this.isTag = isTag;
  }

  /** After the tags. */
  void begin() {
    hasSome = false;
    hidden = 0;
  }

  /** Whether the line has a field. */
  boolean hasSome() {
    return hasSome;
  }

  /** How many fields a tag has left out. */
  int hidden() {
    return hidden;
  }

  void text(String key, String value) {
    if (key(key)) {
      out.quoted(value);
    }
  }

  /** A text, unless there is none. */
  void textIfAny(String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      text(key, value);
    }
  }

  void integer(String key, long value) {
    if (key(key)) {
      out.integer(value);
    }
  }

  /** A number of what was dropped, of which nothing is said if there is none. */
  void dropped(String key, int value) {
    if (value > 0) {
      separator();
      out.key(key);
      out.raw('=');
      out.count(value);
    }
  }

  /** A number, unless it is none that line protocol can hold. */
  void real(String key, double value) {
    if (Double.isFinite(value) && key(key)) {
      out.real(value);
    }
  }

  /** Attributes, if there are some that are no tags. */
  void json(String key, ItemAttributes attributes) {
    if (isTag.test(key)) {
      hidden++;
      return;
    }
    int before = out.size();
    boolean hadSome = hasSome;
    separator();
    if (!attributes.field(key)) {
      out.truncate(before);
      hasSome = hadSome;
    }
  }

  void end(long time) {
    out.raw(' ');
    out.digits(time);
    out.raw('\n');
  }

  private boolean key(String key) {
    if (isTag.test(key)) {
      hidden++;
      return false;
    }
    separator();
    out.key(key);
    out.raw('=');
    return true;
  }

  private void separator() {
    out.raw(hasSome ? ',' : ' ');
    hasSome = true;
  }
}
