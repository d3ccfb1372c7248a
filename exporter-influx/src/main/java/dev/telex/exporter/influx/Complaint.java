/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.telex.http.HttpAnswer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about lines that it refuses. InfluxDB 1 and 2 quote the lines that cannot be
 * parsed, InfluxDB 3 lists them with their numbers, and others only count them.
 */
final class Complaint {

  /** The words of all of InfluxDB for: the other lines were written. */
  private static final String PARTIAL = "partial write";

  private static final Pattern ABOUT_LINES =
      Pattern.compile(
          "unable to parse|error in line|on line|line protocol|field type conflict|"
              + "max key length|invalid field|invalid tag|hinted"
              + "|type conflict|beyond retention|tag key",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DROPPED = Pattern.compile("dropped=(\\d{1,9})\\s*$");
  private static final String QUOTE = "unable to parse '";
  private static final String END_OF_QUOTE = "': ";

  /** As much as is looked at of a quoted line, so that no answer makes this run for ever. */
  private static final int MAX_ENDS = 100;

  private final String text;
  private final @Nullable JsonArray list;

  private Complaint(String text, @Nullable JsonArray list) {
    this.text = text;
    this.list = list;
  }

  static Complaint of(HttpAnswer answer) {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    JsonObject json = object(answer, body);
    if (json == null) {
      String header = answer.header("X-Influxdb-Error").orElse("");
      return new Complaint(header.isEmpty() ? answer.textExcerpt().orElse("") : header, null);
    }
    String words = string(json, "message");
    if (words.isEmpty()) {
      words = string(json, "error");
    }
    JsonElement data = json.get("data");
    return new Complaint(
        words.isEmpty() ? body : words,
        data != null && data.isJsonArray() ? data.getAsJsonArray() : null);
  }

  /** In its words; perhaps long, and of several lines. */
  String text() {
    return text;
  }

  /** Whether the lines that it is not about were written. */
  boolean isPartial() {
    // Not what a line says that is quoted.
    int quote = text.indexOf(QUOTE);
    return (quote < 0 ? text : text.substring(0, quote)).contains(PARTIAL);
  }

  /** Whether it is about lines at all, and not about the request. */
  boolean isAboutLines() {
    return list != null || isPartial() || ABOUT_LINES.matcher(text).find();
  }

  /** How many points were dropped, where only that is said. */
  OptionalInt dropped() {
    Matcher matcher = DROPPED.matcher(text);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The items that have a line which is named, with the reason. */
  Map<Integer, String> named(LineIndex lines) {
    Map<Integer, String> named = new LinkedHashMap<>();
    if (list != null) {
      for (JsonElement element : list) {
        if (element.isJsonObject()) {
          JsonObject line = element.getAsJsonObject();
          int item = lines.item(number(line, "line_number"));
          if (item >= 0) {
            named.putIfAbsent(item, string(line, "error_message"));
          }
        }
      }
    }
    quoted(lines, named);
    return named;
  }

  private void quoted(LineIndex lines, Map<Integer, String> named) {
    int at = text.indexOf(QUOTE);
    while (at >= 0) {
      int begin = at + QUOTE.length();
      int end = text.indexOf(END_OF_QUOTE, begin);
      // A line may have what seems to be its end.
      for (int ends = 0; end >= 0 && ends < MAX_ENDS; ends++) {
        List<Integer> items = lines.items(text.substring(begin, end));
        if (!items.isEmpty()) {
          int newline = text.indexOf('\n', end);
          String reason =
              text.substring(end + END_OF_QUOTE.length(), newline < 0 ? text.length() : newline);
          items.forEach(item -> named.putIfAbsent(item, reason));
          begin = end;
          break;
        }
        end = text.indexOf(END_OF_QUOTE, end + 1);
      }
      at = text.indexOf(QUOTE, begin);
    }
  }

  private static @Nullable JsonObject object(HttpAnswer answer, String body) {
    if (!answer.contentType().orElse("").endsWith("json")) {
      return null;
    }
    try {
      JsonElement parsed = JsonParser.parseString(body);
      return parsed.isJsonObject() ? parsed.getAsJsonObject() : null;
    } catch (JsonParseException e) {
      return null;
    }
  }

  private static String string(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private static long number(JsonObject object, String key) {
    JsonElement value = object.get(key);
    try {
      return value != null && value.isJsonPrimitive() ? value.getAsLong() : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
