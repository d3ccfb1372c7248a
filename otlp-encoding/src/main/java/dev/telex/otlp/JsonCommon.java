/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what all signals share: the messages of {@code opentelemetry/proto/common/v1} and {@code
 * resource/v1}.
 */
final class JsonCommon {

  /** No receiver reads values nested as deep as this; it keeps a stack from overflowing. */
  static final int MAX_DEPTH = 1_000;

  static final SerializableString TRACE_ID = JsonOut.key("traceId");
  static final SerializableString SPAN_ID = JsonOut.key("spanId");
  static final SerializableString ATTRIBUTES = JsonOut.key("attributes");
  static final SerializableString DROPPED_ATTRIBUTES = JsonOut.key("droppedAttributesCount");
  static final SerializableString NAME = JsonOut.key("name");

  private static final int TRACE_ID_DIGITS = 32;
  private static final int SPAN_ID_DIGITS = 16;

  private static final SerializableString VERSION = JsonOut.key("version");
  private static final SerializableString TRACE_STATE = JsonOut.key("traceState");
  private static final SerializableString KEY = JsonOut.key("key");
  private static final SerializableString VALUE = JsonOut.key("value");
  private static final SerializableString VALUES = JsonOut.key("values");

  private static final SerializableString STRING_VALUE = JsonOut.key("stringValue");
  private static final SerializableString BOOL_VALUE = JsonOut.key("boolValue");
  private static final SerializableString INT_VALUE = JsonOut.key("intValue");
  private static final SerializableString DOUBLE_VALUE = JsonOut.key("doubleValue");
  private static final SerializableString ARRAY_VALUE = JsonOut.key("arrayValue");
  private static final SerializableString KVLIST_VALUE = JsonOut.key("kvlistValue");
  private static final SerializableString BYTES_VALUE = JsonOut.key("bytesValue");

  private final JsonOut out;
  private int depth;

  JsonCommon(JsonOut out) {
    this.out = out;
  }

  void resource(SerializableString key, Resource resource) throws IOException {
    out.begin(key);
    attributes(ATTRIBUTES, resource.getAttributes());
    out.end();
  }

  void scope(SerializableString key, InstrumentationScopeInfo scope) throws IOException {
    out.begin(key);
    out.string(NAME, scope.getName());
    out.string(VERSION, scope.getVersion());
    attributes(ATTRIBUTES, scope.getAttributes());
    out.end();
  }

  /** An array of key-value pairs. */
  void attributes(SerializableString key, Attributes attributes) throws IOException {
    if (attributes.isEmpty()) {
      return;
    }
    out.beginArray(key);
    for (Map.Entry<AttributeKey<?>, Object> entry : attributes.asMap().entrySet()) {
      out.begin();
      out.string(KEY, entry.getKey().getKey());
      out.begin(VALUE);
      attributeValue(entry.getKey(), entry.getValue());
      out.end();
      out.end();
    }
    out.endArray();
  }

  /** A field that holds any value. */
  void value(SerializableString key, @Nullable Value<?> value) throws IOException {
    out.begin(key);
    if (value != null) {
      anyValue(value);
    }
    out.end();
  }

  /** How many of a total are not there. */
  void dropped(SerializableString key, int total, int kept) throws IOException {
    out.number(key, Math.max(0, total - kept));
  }

  void traceId(String id) throws IOException {
    out.stringAlways(TRACE_ID, checked(id, TRACE_ID_DIGITS));
  }

  void spanId(SerializableString key, String id) throws IOException {
    out.stringAlways(key, checked(id, SPAN_ID_DIGITS));
  }

  void traceState(TraceState state) throws IOException {
    if (!state.isEmpty()) {
      out.string(TRACE_STATE, OtlpNumbers.header(state));
    }
  }

  private void attributeValue(AttributeKey<?> key, Object value) throws IOException {
    switch (key.getType()) {
      case STRING -> out.stringAlways(STRING_VALUE, (String) value);
      case BOOLEAN -> out.boolAlways(BOOL_VALUE, (Boolean) value);
      case LONG -> out.signedAlways(INT_VALUE, (Long) value);
      case DOUBLE -> out.fractionAlways(DOUBLE_VALUE, (Double) value);
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> array((List<?>) value);
      case VALUE -> anyValue((Value<?>) value);
      default -> out.stringAlways(STRING_VALUE, value.toString());
    }
  }

  private void anyValue(Value<?> value) throws IOException {
    Object content = value.getValue();
    switch (value.getType()) {
      case STRING -> out.stringAlways(STRING_VALUE, (String) content);
      case BOOLEAN -> out.boolAlways(BOOL_VALUE, (Boolean) content);
      case LONG -> out.signedAlways(INT_VALUE, (Long) content);
      case DOUBLE -> out.fractionAlways(DOUBLE_VALUE, (Double) content);
      case ARRAY -> array((List<?>) content);
      case KEY_VALUE_LIST -> keyValues((List<?>) content);
      case BYTES -> out.bytesAlways(BYTES_VALUE, (ByteBuffer) content);
      case EMPTY -> {
        // An AnyValue without a field is the empty one.
      }
      default -> out.stringAlways(STRING_VALUE, value.asString());
    }
  }

  private void array(List<?> values) throws IOException {
    descend();
    out.begin(ARRAY_VALUE);
    if (!values.isEmpty()) {
      out.beginArray(VALUES);
      for (Object value : values) {
        out.begin();
        element(value);
        out.end();
      }
      out.endArray();
    }
    out.end();
    depth--;
  }

  /** What nobody can write stays the empty value: a place in an array must not get lost. */
  private void element(@Nullable Object element) throws IOException {
    if (element instanceof String text) {
      out.stringAlways(STRING_VALUE, text);
    } else if (element instanceof Long number) {
      out.signedAlways(INT_VALUE, number);
    } else if (element instanceof Double number) {
      out.fractionAlways(DOUBLE_VALUE, number);
    } else if (element instanceof Boolean flag) {
      out.boolAlways(BOOL_VALUE, flag);
    } else if (element instanceof Value<?> value) {
      anyValue(value);
    }
  }

  private void keyValues(List<?> pairs) throws IOException {
    descend();
    out.begin(KVLIST_VALUE);
    if (!pairs.isEmpty()) {
      out.beginArray(VALUES);
      for (Object element : pairs) {
        KeyValue pair = (KeyValue) element;
        out.begin();
        out.string(KEY, pair.getKey());
        value(VALUE, pair.getValue());
        out.end();
      }
      out.endArray();
    }
    out.end();
    depth--;
  }

  private void descend() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a value is nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  private static String checked(String id, int digits) {
    boolean valid = id.length() == digits;
    for (int i = 0; i < id.length() && valid; i++) {
      char c = id.charAt(i);
      valid = c < 0x80 && Character.digit(c, 16) >= 0;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "id is '" + id + "': want " + digits + " hexadecimal digits");
    }
    return id;
  }
}
