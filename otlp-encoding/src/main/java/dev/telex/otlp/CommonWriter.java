/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;
import static dev.telex.otlp.ProtoBuffer.FIXED64;
import static dev.telex.otlp.ProtoBuffer.VARINT;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what all signals share: the messages of {@code opentelemetry/proto/common/v1} and {@code
 * resource/v1}. Fields of a message are written last one first, see {@link ProtoBuffer}.
 *
 * <p>Not written, as the SDK has no public access to them: {@code Resource.entity_refs}, and
 * dropped attribute counts of resources and scopes.
 */
final class CommonWriter {

  private static final int KEY_VALUE_KEY = 1 << 3 | BYTES;
  private static final int KEY_VALUE_VALUE = 2 << 3 | BYTES;

  private static final int STRING_VALUE = 1 << 3 | BYTES;
  private static final int BOOL_VALUE = 2 << 3 | VARINT;
  private static final int INT_VALUE = 3 << 3 | VARINT;
  private static final int DOUBLE_VALUE = 4 << 3 | FIXED64;
  private static final int ARRAY_VALUE = 5 << 3 | BYTES;
  private static final int KVLIST_VALUE = 6 << 3 | BYTES;
  private static final int BYTES_VALUE = 7 << 3 | BYTES;

  private static final int ARRAY_VALUES = 1 << 3 | BYTES;
  private static final int KVLIST_VALUES = 1 << 3 | BYTES;

  private static final int RESOURCE_ATTRIBUTES = 1 << 3 | BYTES;

  private static final int SCOPE_NAME = 1 << 3 | BYTES;
  private static final int SCOPE_VERSION = 2 << 3 | BYTES;
  private static final int SCOPE_ATTRIBUTES = 3 << 3 | BYTES;

  /** No receiver reads values nested as deep as this; it keeps a stack from overflowing. */
  private static final int MAX_DEPTH = 1_000;

  private final ProtoBuffer out;
  private final KeyCache keys = new KeyCache();
  private final PairStack pairs = new PairStack();
  private final BiConsumer<String, String> textPairs = pairs::accept;
  private int depth;

  CommonWriter(ProtoBuffer out) {
    this.out = out;
  }

  void resource(int tag, Resource resource) {
    int end = out.size();
    attributes(RESOURCE_ATTRIBUTES, resource.getAttributes());
    out.message(tag, end);
  }

  void scope(int tag, InstrumentationScopeInfo scope) {
    int end = out.size();
    attributes(SCOPE_ATTRIBUTES, scope.getAttributes());
    out.string(SCOPE_VERSION, scope.getVersion());
    out.string(SCOPE_NAME, scope.getName());
    out.message(tag, end);
  }

  /** A repeated field of key-value pairs. */
  void attributes(int tag, Attributes attributes) {
    attributes.forEach(pairs);
    while (!pairs.isEmpty()) {
      int end = out.size();
      Object value = pairs.pop();
      AttributeKey<?> key = (AttributeKey<?>) pairs.pop();
      attributeValue(key, value);
      keys.write(out, KEY_VALUE_KEY, key.getKey());
      out.message(tag, end);
    }
  }

  /** A field that holds any value; no value at all is the empty one. */
  void value(int tag, @Nullable Value<?> value) {
    int end = out.size();
    if (value != null) {
      anyValue(value);
    }
    out.message(tag, end);
  }

  /** How many of a total are not there. */
  void dropped(int tag, int total, int kept) {
    out.varint(tag, Math.max(0, total - kept));
  }

  void traceId(int tag, String id) {
    out.hex(tag, id, 32);
  }

  void spanId(int tag, String id) {
    out.hex(tag, id, 16);
  }

  /** In the form of the header (W3C Trace Context, "tracestate Header Field Values"). */
  void traceState(int tag, TraceState state) {
    if (state.isEmpty()) {
      return;
    }
    int end = out.size();
    state.forEach(textPairs);
    while (!pairs.isEmpty()) {
      if (out.size() > end) {
        out.utf8(",");
      }
      out.utf8((String) pairs.pop());
      out.utf8("=");
      out.utf8((String) pairs.pop());
    }
    out.message(tag, end);
  }

  private void attributeValue(AttributeKey<?> key, Object value) {
    int end = out.size();
    switch (key.getType()) {
      case STRING -> out.stringAlways(STRING_VALUE, (String) value);
      case BOOLEAN -> out.varintAlways(BOOL_VALUE, (Boolean) value ? 1 : 0);
      case LONG -> out.varintAlways(INT_VALUE, (Long) value);
      case DOUBLE -> out.fixed64Always(DOUBLE_VALUE, (Double) value);
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> array((List<?>) value);
      case VALUE -> anyValue((Value<?>) value);
      default -> out.stringAlways(STRING_VALUE, value.toString());
    }
    out.message(KEY_VALUE_VALUE, end);
  }

  private void anyValue(Value<?> value) {
    Object content = value.getValue();
    switch (value.getType()) {
      case STRING -> out.stringAlways(STRING_VALUE, (String) content);
      case BOOLEAN -> out.varintAlways(BOOL_VALUE, (Boolean) content ? 1 : 0);
      case LONG -> out.varintAlways(INT_VALUE, (Long) content);
      case DOUBLE -> out.fixed64Always(DOUBLE_VALUE, (Double) content);
      case ARRAY -> array((List<?>) content);
      case KEY_VALUE_LIST -> keyValues((List<?>) content);
      case BYTES -> out.bytesAlways(BYTES_VALUE, (ByteBuffer) content);
      case EMPTY -> {
        // An AnyValue without a field is the empty one.
      }
      default -> out.stringAlways(STRING_VALUE, value.asString());
    }
  }

  private void array(List<?> values) {
    descend();
    int end = out.size();
    for (int i = values.size() - 1; i >= 0; i--) {
      int elementEnd = out.size();
      element(values.get(i));
      out.message(ARRAY_VALUES, elementEnd);
    }
    out.message(ARRAY_VALUE, end);
    depth--;
  }

  /** What nobody can write stays the empty value: a place in an array must not get lost. */
  private void element(@Nullable Object element) {
    if (element instanceof String text) {
      out.stringAlways(STRING_VALUE, text);
    } else if (element instanceof Long number) {
      out.varintAlways(INT_VALUE, number);
    } else if (element instanceof Double number) {
      out.fixed64Always(DOUBLE_VALUE, number);
    } else if (element instanceof Boolean flag) {
      out.varintAlways(BOOL_VALUE, flag ? 1 : 0);
    } else if (element instanceof Value<?> value) {
      anyValue(value);
    }
  }

  private void keyValues(List<?> pairsOfValue) {
    descend();
    int end = out.size();
    for (int i = pairsOfValue.size() - 1; i >= 0; i--) {
      KeyValue pair = (KeyValue) pairsOfValue.get(i);
      int pairEnd = out.size();
      value(KEY_VALUE_VALUE, pair.getValue());
      keys.write(out, KEY_VALUE_KEY, pair.getKey());
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
