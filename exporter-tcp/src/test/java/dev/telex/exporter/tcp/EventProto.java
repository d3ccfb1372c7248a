/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TimestampProto;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The protocol as its text says it ({@code metrics-exporter-tcp/proto/event.proto}), for the parser
 * of protobuf-java: nothing of the code under test, and nothing generated.
 */
final class EventProto {

  private static final Descriptor EVENT = file().findMessageTypeByName("Event");

  private EventProto() {}

  /**
   * An event as a text: {@code metadata …} or {@code name{labels}@seconds.nanos operation=value}.
   */
  record Event(boolean isMetadata, String name, String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  static List<Event> parse(byte[] stream) {
    try (InputStream in = new ByteArrayInputStream(stream)) {
      List<Event> events = new ArrayList<>();
      for (Event event = next(in); event != null; event = next(in)) {
        events.add(event);
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next event; null where the stream ends. */
  static @Nullable Event next(InputStream in) throws IOException {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(EVENT);
    if (!builder.mergeDelimitedFrom(in)) {
      return null;
    }
    DynamicMessage event = builder.build();
    if (!event.getUnknownFields().asMap().isEmpty() || event.getAllFields().size() != 1) {
      throw new AssertionError("no event: " + event);
    }
    Map.Entry<FieldDescriptor, Object> only = event.getAllFields().entrySet().iterator().next();
    Message body = (Message) only.getValue();
    if (!body.getUnknownFields().asMap().isEmpty()) {
      throw new AssertionError("unknown fields: " + body);
    }
    String name = (String) get(body, "name");
    return only.getKey().getName().equals("metadata")
        ? new Event(true, name, metadata(name, body))
        : new Event(false, name, metric(name, body));
  }

  private static String metadata(String name, Message body) {
    return "metadata "
        + name
        + " "
        + get(body, "metric_type")
        + " unit="
        + oneof(body, "unit")
        + " description="
        + oneof(body, "description");
  }

  private static String metric(String name, Message body) {
    Map<String, String> labels = new TreeMap<>();
    for (Object entry : (Collection<?>) get(body, "labels")) {
      labels.put((String) get((Message) entry, "key"), (String) get((Message) entry, "value"));
    }
    Message time = (Message) get(body, "timestamp");
    FieldDescriptor operation =
        body.getOneofFieldDescriptor(body.getDescriptorForType().getOneofs().get(0));
    if (operation == null) {
      throw new AssertionError("no operation: " + body);
    }
    Object value = body.getField(operation);
    return name
        + labels
        + "@"
        + get(time, "seconds")
        + "."
        + get(time, "nanos")
        + " "
        + operation.getName()
        + "="
        + (value instanceof Long number ? Long.toUnsignedString(number) : value);
  }

  private static Object get(Message message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static @Nullable Object oneof(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name + "_value");
    return message.hasField(field) ? message.getField(field) : null;
  }

  // --- The text of the protocol ---

  private static FileDescriptor file() {
    DescriptorProto metadata =
        message("Metadata")
            .addField(field("name", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addEnumType(
                EnumDescriptorProto.newBuilder()
                    .setName("MetricType")
                    .addValue(constant("COUNTER", 0))
                    .addValue(constant("GAUGE", 1))
                    .addValue(constant("HISTOGRAM", 2)))
            .addField(
                field("metric_type", 2, FieldDescriptorProto.Type.TYPE_ENUM)
                    .setTypeName("MetricType"))
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("unit"))
            .addField(
                field("unit_value", 3, FieldDescriptorProto.Type.TYPE_STRING).setOneofIndex(0))
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("description"))
            .addField(
                field("description_value", 4, FieldDescriptorProto.Type.TYPE_STRING)
                    .setOneofIndex(1))
            .build();
    DescriptorProto labels =
        message("LabelsEntry")
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(field("value", 2, FieldDescriptorProto.Type.TYPE_STRING))
            .build();
    DescriptorProto metric =
        message("Metric")
            .addField(field("name", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(
                field("timestamp", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setTypeName(".google.protobuf.Timestamp"))
            .addNestedType(labels)
            .addField(
                field("labels", 3, FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setTypeName("LabelsEntry")
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("operation"))
            .addField(
                field("increment_counter", 4, FieldDescriptorProto.Type.TYPE_UINT64)
                    .setOneofIndex(0))
            .addField(
                field("set_counter", 5, FieldDescriptorProto.Type.TYPE_UINT64).setOneofIndex(0))
            .addField(
                field("increment_gauge", 6, FieldDescriptorProto.Type.TYPE_DOUBLE).setOneofIndex(0))
            .addField(
                field("decrement_gauge", 7, FieldDescriptorProto.Type.TYPE_DOUBLE).setOneofIndex(0))
            .addField(field("set_gauge", 8, FieldDescriptorProto.Type.TYPE_DOUBLE).setOneofIndex(0))
            .addField(
                field("record_histogram", 9, FieldDescriptorProto.Type.TYPE_DOUBLE)
                    .setOneofIndex(0))
            .build();
    DescriptorProto event =
        message("Event")
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("event"))
            .addField(
                field("metadata", 1, FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setTypeName("Metadata")
                    .setOneofIndex(0))
            .addField(
                field("metric", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setTypeName("Metric")
                    .setOneofIndex(0))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setSyntax("proto3")
            .setName("event.proto")
            .setPackage("event.proto")
            .addDependency("google/protobuf/timestamp.proto")
            .addMessageType(metadata)
            .addMessageType(metric)
            .addMessageType(event)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {TimestampProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static DescriptorProto.Builder message(String name) {
    return DescriptorProto.newBuilder().setName(name);
  }

  private static EnumValueDescriptorProto constant(String name, int number) {
    return EnumValueDescriptorProto.newBuilder().setName(name).setNumber(number).build();
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }
}
