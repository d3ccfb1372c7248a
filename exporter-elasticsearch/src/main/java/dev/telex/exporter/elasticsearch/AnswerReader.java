/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import co.elastic.clients.json.SimpleJsonpMapper;
import jakarta.json.stream.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what {@code _bulk} answers, and the errors of other requests. */
final class AnswerReader {

  /** Nothing of Elasticsearch's answers nests deeper; nor do its reasons' causes. */
  private static final int MAX_DEPTH = 64;

  private AnswerReader() {}

  /**
   * The items of a bulk answer, in order.
   *
   * @throws IOException if it is none
   */
  static List<BulkItem> bulk(byte[] body) throws IOException {
    try (JsonParser json = parser(body)) {
      List<BulkItem> items = null;
      expect(json, JsonParser.Event.START_OBJECT);
      while (json.next() != JsonParser.Event.END_OBJECT) {
        String name = json.getString();
        JsonParser.Event value = json.next();
        if (name.equals("items") && value == JsonParser.Event.START_ARRAY) {
          items = items(json);
        } else {
          skip(json, value);
        }
      }
      if (items == null) {
        throw new IOException("there are no items in the answer");
      }
      return items;
    } catch (RuntimeException e) {
      // The parser's own, and what it throws where something else stands than was asked for.
      throw new IOException("the answer of _bulk cannot be read: " + e.getMessage(), e);
    }
  }

  /** The type and reason of the error that a request as a whole was refused with. */
  static Optional<String> error(byte[] body) {
    try (JsonParser json = parser(body)) {
      expect(json, JsonParser.Event.START_OBJECT);
      while (json.next() != JsonParser.Event.END_OBJECT) {
        String name = json.getString();
        JsonParser.Event value = json.next();
        if (!name.equals("error")) {
          skip(json, value);
        } else if (value == JsonParser.Event.VALUE_STRING) {
          return Optional.of(json.getString());
        } else {
          Map<String, Object> error = fields(json);
          return Optional.of(new BulkItem(0, text(error, "type"), reason(error)).words());
        }
      }
      return Optional.empty();
    } catch (RuntimeException | IOException e) {
      return Optional.empty();
    }
  }

  private static JsonParser parser(byte[] body) {
    return SimpleJsonpMapper.INSTANCE.jsonProvider().createParser(new ByteArrayInputStream(body));
  }

  /** After the bracket. */
  private static List<BulkItem> items(JsonParser json) throws IOException {
    List<BulkItem> items = new ArrayList<>();
    while (json.next() == JsonParser.Event.START_OBJECT) {
      // The name of the action, then what became of it.
      expect(json, JsonParser.Event.KEY_NAME);
      expect(json, JsonParser.Event.START_OBJECT);
      Map<String, Object> item = fields(json);
      expect(json, JsonParser.Event.END_OBJECT);
      items.add(item(item));
    }
    return items;
  }

  private static BulkItem item(Map<String, Object> item) throws IOException {
    if (!(item.get("status") instanceof Integer status)) {
      throw new IOException("an item has no status");
    }
    if (item.get("error") instanceof Map<?, ?> error) {
      return new BulkItem(status, text(error, "type"), reason(error));
    }
    return new BulkItem(status, item.get("error") instanceof String words ? words : "", "");
  }

  /** The reason and that of the first cause, which often says more. */
  private static String reason(Map<?, ?> error) {
    String reason = text(error, "reason");
    if (error.get("caused_by") instanceof Map<?, ?> cause) {
      String below = text(cause, "reason");
      if (!below.isEmpty() && !reason.contains(below)) {
        return reason.isEmpty() ? below : reason + ": " + below;
      }
    }
    return reason;
  }

  private static String text(Map<?, ?> fields, String name) {
    return fields.get(name) instanceof String text ? text : "";
  }

  /** After the brace: texts, whole numbers and objects; the rest is left out. */
  private static Map<String, Object> fields(JsonParser json) {
    return fields(json, 0);
  }

  private static Map<String, Object> fields(JsonParser json, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalStateException("it nests too deep");
    }
    Map<String, Object> fields = new HashMap<>();
    while (json.next() != JsonParser.Event.END_OBJECT) {
      String name = json.getString();
      JsonParser.Event value = json.next();
      switch (value) {
        case VALUE_STRING -> fields.put(name, json.getString());
        case VALUE_NUMBER -> fields.put(name, json.getInt());
        case START_OBJECT -> fields.put(name, fields(json, depth + 1));
        default -> skip(json, value);
      }
    }
    return fields;
  }

  private static void skip(JsonParser json, JsonParser.Event value) {
    if (value == JsonParser.Event.START_OBJECT) {
      json.skipObject();
    } else if (value == JsonParser.Event.START_ARRAY) {
      json.skipArray();
    }
  }

  private static void expect(JsonParser json, JsonParser.Event wanted) throws IOException {
    JsonParser.Event event = json.next();
    if (event != wanted) {
      throw new IOException("the answer has " + event + " in place of " + wanted);
    }
  }
}
