/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import java.util.function.BiConsumer;

/**
 * Writes attributes, which are a set: the last one is the first to be written, and so the order on
 * the wire is the reverse of theirs. To keep it would mean to collect them first.
 */
final class AttributeWriter implements BiConsumer<Object, Object> {

  private final ProtoBuffer out;
  private final ValueWriter values;
  private final KeyCache keys = new KeyCache();
  private int tag;

  AttributeWriter(ProtoBuffer out, ValueWriter values) {
    this.out = out;
    this.values = values;
  }

  /** A repeated field of {@code KeyValue} messages. */
  void field(int tagOfField, Attributes attributes) {
    tag = tagOfField;
    attributes.forEach(this);
  }

  @Override
  public void accept(Object key, Object value) {
    EncodedKey encoded = keys.get(key);
    if (value instanceof String text && out.shortText(tag, encoded, text)) {
      return;
    }
    int end = out.size();
    values.field(ValueWriter.KEY_VALUE_VALUE, value);
    out.key(encoded);
    out.message(tag, end);
  }
}
