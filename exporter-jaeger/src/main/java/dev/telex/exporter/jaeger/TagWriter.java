/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes tags ({@code Tag} of {@code jaeger.thrift}), each an element of a list whose header was
 * written before, with the right number. Text, numbers, truth values and bytes have types of their
 * own; arrays and maps are JSON texts, and the empty value is an empty one.
 */
final class TagWriter implements BiConsumer<AttributeKey<?>, Object> {

  private static final int KEY = 1;
  private static final int TYPE = 2;
  private static final int STRING = 3;
  private static final int DOUBLE = 4;
  private static final int BOOL = 5;
  private static final int LONG = 6;
  private static final int BINARY = 7;

  /** {@code TagType}. */
  private static final int TYPE_STRING = 0;

  private static final int TYPE_DOUBLE = 1;
  private static final int TYPE_BOOL = 2;
  private static final int TYPE_LONG = 3;
  private static final int TYPE_BINARY = 4;

  private final ThriftWriter out;

  private @Nullable String leftOut;
  private int written;

  TagWriter(ThriftWriter out) {
    this.out = out;
  }

  /** How many attributes have a key: one for each type at most. */
  static int count(String key, Attributes attributes) {
    if (attributes.isEmpty()) {
      return 0;
    }
    int[] found = {0};
    attributes.forEach((each, value) -> found[0] += each.getKey().equals(key) ? 1 : 0);
    return found[0];
  }

  /** One tag for each attribute. */
  void all(Attributes attributes) {
    allBut(null, attributes, attributes.size());
  }

  /**
   * One tag for each attribute but those of one key, of whatever type.
   *
   * @param key null for none
   * @param expected how many that are: the number in the header of the list
   * @throws IllegalStateException if there were others, and so the bytes are wrong
   */
  void allBut(@Nullable String key, Attributes attributes, int expected) {
    leftOut = key;
    written = 0;
    attributes.forEach(this);
    if (written != expected) {
      throw new IllegalStateException(
          "attributes say that they are " + expected + ", and give " + written);
    }
  }

  @Override
  public void accept(AttributeKey<?> key, Object value) {
    String name = key.getKey();
    if (leftOut != null && leftOut.equals(name)) {
      return;
    }
    written++;
    if (value instanceof String text) {
      string(name, text);
    } else if (value instanceof Long number) {
      number(name, number);
    } else if (value instanceof Boolean flag) {
      bool(name, flag);
    } else if (value instanceof Double number) {
      fraction(name, number);
    } else if (value instanceof List<?> values) {
      string(name, Json.array(values));
    } else if (value instanceof Value<?> any) {
      any(name, any);
    } else {
      string(name, value.toString());
    }
  }

  void string(String key, String value) {
    begin(key, TYPE_STRING);
    out.string(STRING, value);
    out.endStruct();
  }

  void number(String key, long value) {
    begin(key, TYPE_LONG);
    out.i64(LONG, value);
    out.endStruct();
  }

  void bool(String key, boolean value) {
    begin(key, TYPE_BOOL);
    out.bool(BOOL, value);
    out.endStruct();
  }

  private void fraction(String key, double value) {
    begin(key, TYPE_DOUBLE);
    out.fraction(DOUBLE, value);
    out.endStruct();
  }

  private void bytes(String key, ByteBuffer value) {
    begin(key, TYPE_BINARY);
    out.bytes(BINARY, value);
    out.endStruct();
  }

  private void any(String key, Value<?> value) {
    switch (value.getType()) {
      case STRING -> string(key, (String) value.getValue());
      case LONG -> number(key, (Long) value.getValue());
      case BOOLEAN -> bool(key, (Boolean) value.getValue());
      case DOUBLE -> fraction(key, (Double) value.getValue());
      case BYTES -> bytes(key, (ByteBuffer) value.getValue());
      case EMPTY -> string(key, "");
      default -> string(key, Json.text(value));
    }
  }

  private void begin(String key, int type) {
    out.beginStruct();
    out.string(KEY, key);
    out.i32(TYPE, type);
  }
}
