/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Reads OTLP JSON into the messages of {@code opentelemetry-proto}, and accepts only the one form
 * that a sender should write (opentelemetry-proto, docs/specification.md, "JSON Protobuf Encoding";
 * protobuf, "ProtoJSON Format"): known keys in lowerCamelCase, enums as numbers, 64-bit integers as
 * strings, ids in hexadecimal, no default values, no empty lists.
 */
public final class OtlpJsonReader {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Set<String> IN_HEX = Set.of("trace_id", "span_id", "parent_span_id");

  private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS =
      new ConcurrentHashMap<>();

  private OtlpJsonReader() {}

  /** What {@link #read} gives for the JSON of a batch: its protobuf, decoded. */
  public static Message expected(Batch batch) throws IOException, InterruptedException {
    byte[] protobuf = batch.encoded(OtlpEncoding.PROTOBUF).toByteArray();
    return Normalized.of(Decoded.request(batch, protobuf));
  }

  /** The message of one line, with all attributes sorted: they are a set. */
  public static Message read(byte[] line) throws IOException {
    // Strict, unlike the JSON parser, which would take some ill-formed UTF-8.
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    check(text.indexOf('\n') < 0 && text.indexOf('\r') < 0, text, "one line");
    JsonNode tree = MAPPER.readTree(text);
    Message.Builder message = builder(signal(tree));
    fields(tree, message);
    return Normalized.of(message.build());
  }

  /** The signal of a line; an empty message says none. */
  private static Signal signal(JsonNode tree) {
    return tree.has("resourceMetrics")
        ? Signal.METRICS
        : tree.has("resourceLogs") ? Signal.LOGS : Signal.TRACES;
  }

  private static Message.Builder builder(Signal signal) {
    return switch (signal) {
      case TRACES -> ExportTraceServiceRequest.newBuilder();
      case METRICS -> ExportMetricsServiceRequest.newBuilder();
      case LOGS -> ExportLogsServiceRequest.newBuilder();
    };
  }

  private static void fields(JsonNode node, Message.Builder to) {
    check(node.isObject(), node, "an object");
    Map<String, FieldDescriptor> known = byJsonName(to.getDescriptorForType());
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      FieldDescriptor field = known.get(entry.getKey());
      if (field == null) {
        throw new AssertionError(
            to.getDescriptorForType().getName() + " has no field " + entry.getKey());
      }
      JsonNode value = entry.getValue();
      if (field.isRepeated()) {
        check(value.isArray() && !value.isEmpty(), value, "a list with elements");
        value.forEach(element -> to.addRepeatedField(field, value(field, element, to)));
      } else {
        Object read = value(field, value, to);
        check(
            field.hasPresence() || !read.equals(field.getDefaultValue()), entry, "not the default");
        to.setField(field, read);
      }
    }
  }

  private static Map<String, FieldDescriptor> byJsonName(Descriptor message) {
    return FIELDS.computeIfAbsent(
        message,
        key ->
            key.getFields().stream()
                .collect(Collectors.toMap(FieldDescriptor::getJsonName, field -> field)));
  }

  private static Object value(FieldDescriptor field, JsonNode node, Message.Builder parent) {
    return switch (field.getType()) {
      case MESSAGE -> {
        Message.Builder nested = parent.newBuilderForField(field);
        fields(node, nested);
        yield nested.build();
      }
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(whole(node));
      case INT32, SINT32, SFIXED32 -> whole(node);
      case UINT32, FIXED32 -> {
        check(node.isIntegralNumber(), node, "a number");
        yield Integer.parseUnsignedInt(node.asText());
      }
      case INT64, SINT64, SFIXED64 -> {
        long value = Long.parseLong(text(node));
        check(node.textValue().equals(Long.toString(value)), node, "in its shortest form");
        yield value;
      }
      case UINT64, FIXED64 -> {
        long value = Long.parseUnsignedLong(text(node));
        check(node.textValue().equals(Long.toUnsignedString(value)), node, "in its shortest form");
        yield value;
      }
      case DOUBLE -> fraction(node);
      case BOOL -> {
        check(node.isBoolean(), node, "a boolean");
        yield node.booleanValue();
      }
      case STRING -> text(node);
      case BYTES ->
          ByteString.copyFrom(
              IN_HEX.contains(field.getName())
                  ? HexFormat.of().parseHex(text(node))
                  : Base64.getDecoder().decode(text(node)));
      default -> throw new AssertionError(field + " is of a type that OTLP does not have");
    };
  }

  private static int whole(JsonNode node) {
    check(node.isInt(), node, "a whole number");
    return node.intValue();
  }

  private static String text(JsonNode node) {
    check(node.isTextual(), node, "a text");
    return node.textValue();
  }

  private static double fraction(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (text(node)) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new AssertionError(node + " is no double");
    };
  }

  private static void check(boolean holds, Object what, String wanted) {
    if (!holds) {
      throw new AssertionError(what + ": want " + wanted);
    }
  }
}
