/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A real QuestDB. */
final class QuestDbServer implements AutoCloseable {

  /** Where the profile "backends" puts it. */
  private static final Path JAR = Path.of("target", "backends", "questdb.jar");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HttpQuery http;
  private final BackendProcess process;

  private QuestDbServer(int port, BackendProcess process) {
    this.http = new HttpQuery(port);
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory for its data and its log
   */
  static QuestDbServer start(Path directory) throws Exception {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(
          JAR + " is not there: run with the profile 'backends', which copies it");
    }
    int port = BackendProcess.freePort();
    Files.writeString(
        Files.createDirectories(directory.resolve("conf")).resolve("server.conf"),
        """
        http.bind.to=127.0.0.1:%d
        line.tcp.net.bind.to=127.0.0.1:%d
        pg.net.bind.to=127.0.0.1:%d
        http.min.enabled=false
        telemetry.enabled=false
        shared.worker.count=1
        """
            .formatted(port, BackendProcess.freePort(), BackendProcess.freePort()));
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                JAR.toAbsolutePath().toString(),
                "io.questdb.ServerMain",
                "-d",
                directory.toString())
            .directory(directory.toFile());
    QuestDbServer server =
        new QuestDbServer(port, BackendProcess.start(command, directory.resolve("questdb.log")));
    try {
      server.process.awaitReady(() -> server.query("select 1").size() == 1, LIMIT);
      return server;
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  String url() {
    return http.url();
  }

  /** The rows that SQL gives, as soon as there are so many: it stores after it has answered. */
  List<Map<String, JsonNode>> awaitRows(String sql, int count) throws InterruptedException {
    AtomicReference<List<Map<String, JsonNode>>> found = new AtomicReference<>(List.of());
    try {
      process.awaitReady(
          () -> {
            found.set(query(sql));
            return found.get().size() >= count;
          },
          LIMIT);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("there are " + found.get().size() + " of " + count, e);
    }
    return found.get();
  }

  private List<Map<String, JsonNode>> query(String sql) throws IOException, InterruptedException {
    JsonNode answer = http.json("/exec", Map.of("query", sql));
    List<Map<String, JsonNode>> rows = new ArrayList<>();
    for (JsonNode row : answer.path("dataset")) {
      Map<String, JsonNode> columns = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        columns.put(answer.path("columns").path(i).path("name").asText(), row.path(i));
      }
      rows.add(columns);
    }
    return rows;
  }

  @Override
  public void close() {
    process.close();
  }
}
