/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads attributes and {@code AnyValue}. */
final class ReadValues {

  private ReadValues() {}

  static Attributes attributes(JsonIn in) throws IOException {
    AttributesBuilder attributes = Attributes.builder();
    in.enterArray();
    while (in.nextElement()) {
      KeyValue pair = pair(in, 0);
      if (pair.getKey().isEmpty()) {
        throw in.malformed("has no key: want an attribute with one");
      }
      // Which makes the attribute of a type of its own where the value allows it.
      attributes.put(AttributeKey.valueKey(pair.getKey()), pair.getValue());
    }
    return attributes.build();
  }

  /** An {@code AnyValue}; the empty one if it holds nothing. */
  static Value<?> value(JsonIn in) throws IOException {
    return value(in, 0);
  }

  /** How many there were before some were dropped, in so far as an int can tell. */
  static int total(int kept, long dropped) {
    return (int) Math.min(Integer.MAX_VALUE, kept + dropped);
  }

  // With few calls for each level, unlike elsewhere: a document decides how deep they go.

  private static Value<?> value(JsonIn in, int depth) throws IOException {
    Value<?> value = null;
    in.enterObject();
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      Value<?> one =
          switch (name) {
            case "stringValue" -> Value.of(in.string());
            case "boolValue" -> Value.of(in.bool());
            case "intValue" -> Value.of(in.signed64());
            case "doubleValue" -> Value.of(in.fraction());
            case "bytesValue" -> Value.of(in.bytes());
            case "arrayValue" -> array(in, depth + 1);
            case "kvlistValue" -> keyValues(in, depth + 1);
            default -> null;
          };
      if (one == null) {
        in.skip();
      } else if (value != null) {
        throw in.malformed("is a second value: want one");
      } else {
        value = one;
      }
    }
    return value == null ? Value.empty() : value;
  }

  private static Value<?> array(JsonIn in, int depth) throws IOException {
    List<Value<?>> values = new ArrayList<>();
    enterList(in, depth);
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      if (name.equals("values")) {
        in.enterArray();
        while (in.nextElement()) {
          values.add(value(in, depth));
        }
      } else {
        in.skip();
      }
    }
    return Value.of(values);
  }

  private static Value<?> keyValues(JsonIn in, int depth) throws IOException {
    List<KeyValue> pairs = new ArrayList<>();
    enterList(in, depth);
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      if (name.equals("values")) {
        in.enterArray();
        while (in.nextElement()) {
          pairs.add(pair(in, depth));
        }
      } else {
        in.skip();
      }
    }
    return Value.of(pairs.toArray(KeyValue[]::new));
  }

  private static KeyValue pair(JsonIn in, int depth) throws IOException {
    String key = "";
    Value<?> value = Value.empty();
    in.enterObject();
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      switch (name) {
        case "key" -> key = in.string();
        case "value" -> value = value(in, depth);
        default -> in.skip();
      }
    }
    return KeyValue.of(key, value);
  }

  private static void enterList(JsonIn in, int depth) throws IOException {
    if (depth > JsonCommon.MAX_DEPTH) {
      throw in.malformed("is nested too deep: want at most " + JsonCommon.MAX_DEPTH + " levels");
    }
    in.enterObject();
  }
}
