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

/** Attributes of every type, and the nested values that they and log bodies can hold. */
final class RandomAttributes {

  private static final int MAX_DEPTH = 4;

  private final RandomSource random;
  private final RandomText text;

  RandomAttributes(RandomSource random, RandomText text) {
    this.random = random;
    this.text = text;
  }

  Attributes any() {
    return of(random.oneIn(4) ? 0 : random.below(10));
  }

  Attributes of(int size) {
    AttributesBuilder attributes = Attributes.builder();
    for (int i = 0; i < size; i++) {
      put(attributes, random.oneIn(3) ? text.notEmpty() : name());
    }
    return attributes.build();
  }

  /** The keys of a resource are printable ASCII, or the SDK refuses them. */
  Attributes ofResource() {
    AttributesBuilder attributes = Attributes.builder();
    for (int i = random.below(8); i > 0; i--) {
      put(attributes, random.oneIn(3) ? text.ascii(1 + random.below(255)) : name());
    }
    return attributes.build();
  }

  Value<?> value() {
    return value(MAX_DEPTH);
  }

  private String name() {
    return "key." + random.below(30);
  }

  private void put(AttributesBuilder attributes, String key) {
    switch (random.below(9)) {
      case 0 -> attributes.put(AttributeKey.stringKey(key), text.any());
      case 1 -> attributes.put(AttributeKey.booleanKey(key), random.flip());
      case 2 -> attributes.put(AttributeKey.longKey(key), random.number());
      case 3 -> attributes.put(AttributeKey.doubleKey(key), random.fraction());
      case 4 -> attributes.put(AttributeKey.stringArrayKey(key), random.list(5, text::any));
      case 5 -> attributes.put(AttributeKey.booleanArrayKey(key), random.list(5, random::flip));
      case 6 -> attributes.put(AttributeKey.longArrayKey(key), random.list(5, random::number));
      case 7 -> attributes.put(AttributeKey.doubleArrayKey(key), random.list(5, random::fraction));
      default -> attributes.put(AttributeKey.valueKey(key), value());
    }
  }

  private Value<?> value(int depth) {
    // The last two nest.
    return switch (random.below(depth == 0 ? 6 : 8)) {
      case 0 -> Value.of(text.any());
      case 1 -> Value.of(random.flip());
      case 2 -> Value.of(random.number());
      case 3 -> Value.of(random.fraction());
      case 4 -> Value.of(random.bytes());
      case 5 -> Value.empty();
      case 6 -> Value.of(random.<Value<?>>list(4, () -> value(depth - 1)));
      default ->
          Value.of(
              random
                  .list(4, () -> KeyValue.of(text.any(), value(depth - 1)))
                  .toArray(KeyValue[]::new));
    };
  }
}
