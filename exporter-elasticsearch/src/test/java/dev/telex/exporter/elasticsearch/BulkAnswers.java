/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.telex.testkit.Answer;
import dev.telex.testkit.ReceivedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Answers of {@code _bulk}, and what was asked, read by Jackson. */
final class BulkAnswers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private BulkAnswers() {}

  /** One of the documents of a request. */
  record Doc(JsonNode action, JsonNode source, String lines) {

    String id() {
      return action.at("/create/_id").asText("");
    }

    String index() {
      return action.at("/create/_index").asText();
    }
  }

  /** Takes everything. */
  static Answer taking() {
    return answering(doc -> item(201));
  }

  /** Answers for each document. */
  static Answer answering(Function<Doc, ObjectNode> each) {
    return Answer.computed(
        request -> {
          ArrayNode items = JSON.createArrayNode();
          for (Doc doc : documents(request)) {
            items.addObject().set("create", each.apply(doc));
          }
          ObjectNode answer = JSON.createObjectNode();
          answer.set("items", items);
          return Answer.ok().body("application/json", answer.toString());
        });
  }

  static ObjectNode item(int status) {
    return JSON.createObjectNode().put("status", status);
  }

  static ObjectNode item(int status, String type, String reason) {
    ObjectNode item = item(status);
    item.putObject("error").put("type", type).put("reason", reason);
    return item;
  }

  static List<Doc> documents(ReceivedRequest request) {
    return documents(request.decodedBody());
  }

  /** Pairs of lines, each ended by a line break. */
  static List<Doc> documents(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    List<Doc> documents = new ArrayList<>();
    if (text.isEmpty()) {
      return documents;
    }
    if (!text.endsWith("\n")) {
      throw new AssertionError("no line break at the end: " + text);
    }
    String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
    for (int i = 0; i < lines.length; i += 2) {
      documents.add(
          new Doc(read(lines[i]), read(lines[i + 1]), lines[i] + "\n" + lines[i + 1] + "\n"));
    }
    return documents;
  }

  /** One JSON text, in which no name stands twice. */
  static JsonNode read(String line) {
    try {
      return JSON.reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }
}
