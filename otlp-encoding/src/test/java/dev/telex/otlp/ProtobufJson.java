/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * OTLP JSON by protobuf's own parser, which wants ids in Base64: that they are hexadecimal is the
 * one thing done here.
 */
final class ProtobufJson {

  private static final List<String> IDS = List.of("traceId", "spanId", "parentSpanId");

  private ProtobufJson() {}

  static Message parse(byte[] json, Message.Builder to) throws IOException {
    JsonNode tree = new ObjectMapper().readTree(json);
    idsInBase64(tree);
    JsonFormat.parser().merge(tree.toString(), to);
    return to.build();
  }

  private static void idsInBase64(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String id : IDS) {
        if (object.path(id).isTextual()) {
          byte[] bytes = HexFormat.of().parseHex(object.path(id).textValue());
          object.put(id, Base64.getEncoder().encodeToString(bytes));
        }
      }
    }
    node.forEach(ProtobufJson::idsInBase64);
  }
}
