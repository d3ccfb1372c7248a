/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which line of a payload is of which item: made when a server complains about lines. */
final class LineIndex {

  private final List<Integer> items = new ArrayList<>();
  private final Map<String, List<Integer>> byText = new HashMap<>();

  LineIndex(Payload payload) {
    for (int item = 0; item < payload.itemCount(); item++) {
      ByteBuffer piece = payload.item(item);
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      int begin = 0;
      while (begin < bytes.length) {
        int end = endOfLine(bytes, begin);
        items.add(item);
        String text = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
        byText.computeIfAbsent(text, line -> new ArrayList<>()).add(item);
        begin = end + 1;
      }
    }
  }

  int lines() {
    return items.size();
  }

  /**
   * The item of a line.
   *
   * @param number from 1
   * @return -1 if there is no such line
   */
  int item(long number) {
    return number < 1 || number > items.size() ? -1 : items.get((int) number - 1);
  }

  /** The items that have this line; empty if none has. */
  List<Integer> items(String line) {
    return byText.getOrDefault(line, List.of());
  }

  /** The newline that ends a line; others are within the texts of fields. */
  private static int endOfLine(byte[] bytes, int begin) {
    boolean fields = false;
    boolean value = false;
    boolean quoted = false;
    for (int i = begin; i < bytes.length; i++) {
      byte c = bytes[i];
      if (c == '\\') {
        // Whatever follows is not what ends a line or a text (influxdata/influxdb, 1.x and 2.x,
        // models/points.go, scanLine).
        i++;
      } else if (quoted) {
        quoted = c != '"';
      } else if (c == '\n') {
        return i;
      } else if (c == ' ') {
        fields = true;
        value = false;
      } else if (c == '=') {
        value = fields;
      } else {
        quoted = c == '"' && value;
        value = false;
      }
    }
    return bytes.length;
  }
}
