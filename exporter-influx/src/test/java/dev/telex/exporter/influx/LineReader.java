/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads line protocol as InfluxDB 1 and 2 do (docs.influxdata.com, InfluxDB v2, "Line protocol"),
 * written from that page and not from our writer: a backslash in a name or tag value is one, unless
 * a comma, an equals sign or a space follows; two do not make one.
 */
final class LineReader {

  private final String text;
  private int at;

  private LineReader(String text) {
    this.text = text;
  }

  static List<Point> read(String text) {
    LineReader reader = new LineReader(text);
    List<Point> points = new ArrayList<>();
    while (reader.at < text.length()) {
      if ("# \t\0\n".indexOf(text.charAt(reader.at)) >= 0) {
        throw reader.failure("a line begins with a comment or white space");
      }
      points.add(reader.point());
    }
    return points;
  }

  private Point point() {
    int begin = at;
    String measurement = name(false);
    Map<String, String> tags = new LinkedHashMap<>();
    while (is(',')) {
      at++;
      String key = name(true);
      expect('=');
      String value = name(true);
      if (key.isEmpty() || value.isEmpty()) {
        throw failure("an empty tag");
      }
      if (tags.put(key, value) != null) {
        throw failure("the tag " + key + " twice");
      }
    }
    expect(' ');
    Map<String, Object> fields = new LinkedHashMap<>();
    while (true) {
      String key = name(true);
      expect('=');
      if (key.isEmpty() || fields.put(key, value()) != null) {
        throw failure("a field without a name, or twice: " + key);
      }
      if (!is(',')) {
        break;
      }
      at++;
    }
    expect(' ');
    int digits = at;
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
    long time = Long.parseLong(text.substring(digits, at));
    String line = text.substring(begin, at);
    expect('\n');
    if (measurement.isEmpty()) {
      throw failure("no measurement");
    }
    return new Point(measurement, tags, fields, time, line);
  }

  private String name(boolean endsAtEquals) {
    StringBuilder name = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
      if (c == '\\' && (next == ',' || next == ' ' || (next == '=' && endsAtEquals))) {
        name.append(next);
        at += 2;
      } else if (c == ',' || c == ' ' || (c == '=' && endsAtEquals)) {
        return name.toString();
      } else if (c < ' ') {
        throw failure("a control character in a name");
      } else {
        name.append(c);
        at++;
      }
    }
    throw failure("the end of the text in a name");
  }

  private Object value() {
    if (is('"')) {
      at++;
      return string();
    }
    int begin = at;
    while (at < text.length() && ", \n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String value = text.substring(begin, at);
    if (value.equals("true") || value.equals("false")) {
      return Boolean.valueOf(value);
    }
    if (value.endsWith("i")) {
      return Long.valueOf(value.substring(0, value.length() - 1));
    }
    if (value.endsWith("u")) {
      return new Point.Unsigned(Long.parseUnsignedLong(value.substring(0, value.length() - 1)));
    }
    if (!value.matches("-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?")) {
      throw failure("no number: " + value);
    }
    return Double.valueOf(value);
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return string.toString();
      }
      boolean escapes = c == '\\' && at < text.length() && "\"\\".indexOf(text.charAt(at)) >= 0;
      string.append(escapes ? text.charAt(at++) : c);
    }
    throw failure("the end of the text in a text");
  }

  private boolean is(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void expect(char c) {
    if (!is(c)) {
      throw failure("no '" + c + "'");
    }
    at++;
  }

  private AssertionError failure(String what) {
    return new AssertionError(what + " at " + at + " of: " + text);
  }
}
