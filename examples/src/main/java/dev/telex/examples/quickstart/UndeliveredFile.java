/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.exporter.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the file that the fallback wrote: one line of OTLP JSON for each batch. */
final class UndeliveredFile {

  private static final List<String> POINT_FIELDS =
      List.of("gauge", "sum", "histogram", "exponentialHistogram", "summary");

  private final Map<Signal, Long> items = new EnumMap<>(Signal.class);
  private final Set<String> spanIds = new HashSet<>();
  private long lines;

  private UndeliveredFile() {}

  static UndeliveredFile read(Path file) throws IOException {
    UndeliveredFile read = new UndeliveredFile();
    ObjectMapper json = new ObjectMapper();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        read.lines++;
        read.add(json.readTree(line));
      }
    }
    return read;
  }

  static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  long lines() {
    return lines;
  }

  long items(Signal signal) {
    return items.getOrDefault(signal, 0L);
  }

  Set<String> spanIds() {
    return spanIds;
  }

  private void add(JsonNode line) {
    for (JsonNode scope : line.findValues("scopeSpans")) {
      for (JsonNode spans : scope.findValues("spans")) {
        count(Signal.TRACES, spans.size());
        spans.forEach(span -> spanIds.add(span.get("spanId").asText()));
      }
    }
    for (JsonNode scope : line.findValues("scopeLogs")) {
      scope.findValues("logRecords").forEach(logs -> count(Signal.LOGS, logs.size()));
    }
    for (JsonNode scope : line.findValues("scopeMetrics")) {
      for (JsonNode metrics : scope.findValues("metrics")) {
        for (JsonNode metric : metrics) {
          POINT_FIELDS.forEach(
              kind -> count(Signal.METRICS, metric.path(kind).path("dataPoints").size()));
        }
      }
    }
  }

  private void count(Signal signal, long more) {
    items.merge(signal, more, Long::sum);
  }
}
