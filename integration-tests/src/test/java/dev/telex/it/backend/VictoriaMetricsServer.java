/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A real VictoriaMetrics, as Debian has it. */
final class VictoriaMetricsServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HttpQuery http;
  private final BackendProcess process;

  private VictoriaMetricsServer(int port, BackendProcess process) {
    this.http = new HttpQuery(port);
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory for its data and its log
   */
  static VictoriaMetricsServer start(Path directory) throws Exception {
    Path program = DebianPackage.program("victoria-metrics", "usr/bin/victoria-metrics");
    int port = BackendProcess.freePort();
    ProcessBuilder command =
        new ProcessBuilder(
                program.toString(),
                "-storageDataPath=" + directory.resolve("data"),
                "-httpListenAddr=127.0.0.1:" + port,
                "-search.latencyOffset=0s",
                "-search.disableCache")
            .directory(directory.toFile());
    VictoriaMetricsServer server =
        new VictoriaMetricsServer(port, BackendProcess.start(command, directory.resolve("vm.log")));
    try {
      server.process.awaitReady(
          () -> server.http.get("/health", Map.of()).statusCode() == 200, LIMIT);
      return server;
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  String url() {
    return http.url();
  }

  /**
   * The series that match, as soon as there are so many: each with {@code metric}, {@code values}
   * and {@code timestamps}.
   */
  List<JsonNode> awaitSeries(String match, int count) throws InterruptedException {
    AtomicReference<List<JsonNode>> found = new AtomicReference<>(List.of());
    try {
      process.awaitReady(
          () -> {
            // What was written becomes visible later without it.
            http.get("/internal/force_flush", Map.of());
            found.set(export(match));
            return found.get().size() >= count;
          },
          LIMIT);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("there are " + found.get().size() + " of " + count, e);
    }
    return found.get();
  }

  private List<JsonNode> export(String match) throws IOException, InterruptedException {
    List<JsonNode> series = new ArrayList<>();
    for (String line :
        http.get("/api/v1/export", Map.of("match[]", match)).body().lines().toList()) {
      series.add(HttpQuery.JSON.readTree(line));
    }
    return series;
  }

  @Override
  public void close() {
    process.close();
  }
}
