/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.JsonText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import java.util.List;

/** Attributes as a JSON object in the text of a field, written one by one. */
final class JsonField {

  private final LineOutput out;
  private boolean hasSome;

  JsonField(LineOutput out) {
    this.out = out;
  }

  void begin() {
    out.raw('"');
    out.raw('{');
    hasSome = false;
  }

  void end() {
    out.raw('}');
    out.raw('"');
  }

  /** Whether there is an attribute. */
  boolean hasSome() {
    return hasSome;
  }

  /** Attributes that were written elsewhere; not none. */
  void raw(byte[] attributes) {
    comma();
    out.raw(attributes);
  }

  void attribute(AttributeKey<?> key, Object value) {
    comma();
    out.json(key.getKey());
    out.raw(':');
    switch (key.getType()) {
      case STRING -> out.json((String) value);
      case BOOLEAN -> out.ascii(value.toString());
      case LONG -> out.digits((Long) value);
      case DOUBLE -> real((Double) value);
      case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY ->
          out.text(new JsonText().array((List<?>) value).toString());
      case VALUE -> out.text(new JsonText().value((Value<?>) value).toString());
    }
  }

  private void comma() {
    if (hasSome) {
      out.raw(',');
    }
    hasSome = true;
  }

  private void real(double value) {
    String text = Double.toString(value);
    if (Double.isFinite(value)) {
      out.ascii(text);
    } else {
      // JSON has no number for it.
      out.json(text);
    }
  }
}
