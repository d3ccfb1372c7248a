/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Attributes are a set, which each writer puts in an order of its own. */
final class Normalized {

  private static final Comparator<Message> ORDER =
      Comparator.comparing((Message pair) -> ((KeyValue) pair).getKey())
          .thenComparing(Message::toString);

  private Normalized() {}

  /** The message with all attributes in it sorted. Lists and maps inside of values stay. */
  @SuppressWarnings("unchecked")
  static <T extends Message> T of(T message) {
    Message.Builder sorted = message.toBuilder();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (value instanceof List<?> list && list.get(0) instanceof Message) {
                sorted.setField(field, elements(field, (List<Message>) list));
              } else if (value instanceof Message nested && !(nested instanceof KeyValue)) {
                sorted.setField(field, of(nested));
              }
            });
    return (T) sorted.build();
  }

  private static List<Message> elements(FieldDescriptor field, List<Message> messages) {
    List<Message> elements = new ArrayList<>(messages);
    if (field.getName().endsWith("attributes")) {
      elements.sort(ORDER);
    } else {
      elements.replaceAll(Normalized::of);
    }
    return elements;
  }
}
