/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;
import static dev.telex.otlp.ProtoBuffer.FIXED64;
import static dev.telex.otlp.ProtoBuffer.VARINT;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code AnyValue} messages: attribute values and log bodies. */
final class ValueWriter {

  static final int KEY_VALUE_KEY = 1 << 3 | BYTES;
  static final int KEY_VALUE_VALUE = 2 << 3 | BYTES;

  static final int STRING_VALUE = 1 << 3 | BYTES;

  private static final int BOOL_VALUE = 2 << 3 | VARINT;
  private static final int INT_VALUE = 3 << 3 | VARINT;
  private static final int DOUBLE_VALUE = 4 << 3 | FIXED64;
  private static final int ARRAY_VALUE = 5 << 3 | BYTES;
  private static final int KVLIST_VALUE = 6 << 3 | BYTES;
  private static final int BYTES_VALUE = 7 << 3 | BYTES;

  private static final int ARRAY_VALUES = 1 << 3 | BYTES;
  private static final int KVLIST_VALUES = 1 << 3 | BYTES;

  /** No receiver reads values nested as deep as this; it keeps a stack from overflowing. */
  private static final int MAX_DEPTH = 1_000;

  private final ProtoBuffer out;
  private int depth;

  ValueWriter(ProtoBuffer out) {
    this.out = out;
  }

  /** The field of a value. Null is the empty value, so that a place in an array is not lost. */
  void field(int tag, @Nullable Object value) {
    int end = out.size();
    content(value);
    out.message(tag, end);
  }

  /** A value without its header: of one of the classes of attributes, or a {@link Value}. */
  void content(@Nullable Object value) {
    if (value instanceof String text) {
      out.stringAlways(STRING_VALUE, text);
    } else if (value instanceof Long number) {
      out.varintAlways(INT_VALUE, number);
    } else if (value instanceof Double number) {
      out.fixed64Always(DOUBLE_VALUE, number);
    } else if (value instanceof Boolean flag) {
      out.varintAlways(BOOL_VALUE, flag ? 1 : 0);
    } else if (value instanceof List<?> values) {
      array(values);
    } else if (value instanceof Value<?> any) {
      any(any);
    } else if (value != null) {
      out.stringAlways(STRING_VALUE, value.toString());
    }
  }

  private void any(Value<?> value) {
    switch (value.getType()) {
      case KEY_VALUE_LIST -> keyValues((List<?>) value.getValue());
      case BYTES -> out.bytesAlways(BYTES_VALUE, (ByteBuffer) value.getValue());
      case EMPTY -> {
        // An AnyValue without a field is the empty one.
      }
      default -> content(value.getValue());
    }
  }

  private void array(List<?> values) {
    descend();
    int end = out.size();
    for (int i = values.size() - 1; i >= 0; i--) {
      field(ARRAY_VALUES, values.get(i));
    }
    out.message(ARRAY_VALUE, end);
    depth--;
  }

  private void keyValues(List<?> pairs) {
    descend();
    int end = out.size();
    for (int i = pairs.size() - 1; i >= 0; i--) {
      KeyValue pair = (KeyValue) pairs.get(i);
      int pairEnd = out.size();
      field(KEY_VALUE_VALUE, pair.getValue());
      out.string(KEY_VALUE_KEY, pair.getKey());
      out.message(KVLIST_VALUES, pairEnd);
    }
    out.message(KVLIST_VALUE, end);
    depth--;
  }

  private void descend() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a value is nested deeper than " + MAX_DEPTH + " levels");
    }
  }
}
