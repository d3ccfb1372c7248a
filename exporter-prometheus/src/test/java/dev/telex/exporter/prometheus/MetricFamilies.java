/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the protobuf form by the numbers of io.prometheus.client (prometheus/client_model,
 * metrics.proto), with nothing of the client library.
 */
final class MetricFamilies {

  static final int COUNTER = 0;
  static final int GAUGE = 1;
  static final int SUMMARY = 2;
  static final int HISTOGRAM = 4;

  /** A message by its field numbers. */
  record Message(UnknownFieldSet fields) {

    List<Message> all(int field) {
      return fields.getField(field).getLengthDelimitedList().stream()
          .map(
              bytes -> {
                try {
                  return new Message(UnknownFieldSet.parseFrom(bytes));
                } catch (InvalidProtocolBufferException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }

    Message one(int field) {
      List<Message> all = all(field);
      if (all.size() != 1) {
        throw new IllegalArgumentException("field " + field + " is there " + all.size() + " times");
      }
      return all.get(0);
    }

    boolean has(int field) {
      return fields.hasField(field);
    }

    String text(int field) {
      if (!has(field)) {
        return "";
      }
      var bytes = fields.getField(field).getLengthDelimitedList().get(0);
      if (!bytes.isValidUtf8()) {
        throw new IllegalArgumentException("field " + field + " is no UTF-8");
      }
      return bytes.toString(StandardCharsets.UTF_8);
    }

    long number(int field) {
      return has(field) ? fields.getField(field).getVarintList().get(0) : 0;
    }

    double real(int field) {
      return has(field)
          ? Double.longBitsToDouble(fields.getField(field).getFixed64List().get(0))
          : 0;
    }

    /** Signed numbers, packed or not. */
    List<Long> zigzag(int field) {
      List<Long> numbers = new ArrayList<>();
      fields
          .getField(field)
          .getVarintList()
          .forEach(raw -> numbers.add(CodedInputStream.decodeZigZag64(raw)));
      for (var packed : fields.getField(field).getLengthDelimitedList()) {
        CodedInputStream in = packed.newCodedInput();
        try {
          while (!in.isAtEnd()) {
            numbers.add(in.readSInt64());
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return numbers;
    }
  }

  private MetricFamilies() {}

  /** Families by their names. */
  static Map<String, Message> parse(byte[] delimited) {
    Map<String, Message> families = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(delimited);
    try {
      while (!in.isAtEnd()) {
        Message family = new Message(UnknownFieldSet.parseFrom(in.readByteArray()));
        if (families.put(family.text(1), family) != null) {
          throw new IllegalArgumentException(family.text(1) + " is there twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return families;
  }

  static Map<String, String> labels(Message metric) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Message label : metric.all(1)) {
      if (labels.put(label.text(1), label.text(2)) != null) {
        throw new IllegalArgumentException("label " + label.text(1) + " is there twice");
      }
    }
    return labels;
  }
}
