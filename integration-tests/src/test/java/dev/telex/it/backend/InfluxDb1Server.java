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
import java.util.Map;

/** A real InfluxDB 1, as Debian has it, with one database. */
final class InfluxDb1Server implements AutoCloseable {

  static final String DATABASE = "telex";

  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final HttpQuery http;
  private final BackendProcess process;

  private InfluxDb1Server(int port, BackendProcess process) {
    this.http = new HttpQuery(port);
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory for its data and its log
   */
  static InfluxDb1Server start(Path directory) throws Exception {
    Path program = DebianPackage.program("influxdb", "usr/bin/influxd");
    int port = BackendProcess.freePort();
    Path config =
        Files.writeString(
            directory.resolve("influxdb.conf"),
            """
            reporting-disabled = true
            bind-address = "127.0.0.1:%2$d"
            [meta]
              dir = "%1$s/meta"
            [data]
              dir = "%1$s/data"
              wal-dir = "%1$s/wal"
            [http]
              bind-address = "127.0.0.1:%3$d"
            [monitor]
              store-enabled = false
            """
                .formatted(directory, BackendProcess.freePort(), port));
    ProcessBuilder command =
        new ProcessBuilder(program.toString(), "-config", config.toString())
            .directory(directory.toFile());
    InfluxDb1Server server =
        new InfluxDb1Server(port, BackendProcess.start(command, directory.resolve("influx.log")));
    try {
      server.process.awaitReady(
          () ->
              server.http.post("/query", Map.of("q", "CREATE DATABASE " + DATABASE)).statusCode()
                  == 200,
          START_LIMIT);
      return server;
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  String url() {
    return http.url();
  }

  /** The series of an answer to InfluxQL, with times in nanoseconds; what was written is there. */
  JsonNode query(String influxQl) throws IOException, InterruptedException {
    JsonNode result =
        http.json("/query", Map.of("db", DATABASE, "epoch", "ns", "q", influxQl))
            .path("results")
            .path(0);
    if (result.has("error")) {
      throw new IOException(result.path("error").asText());
    }
    return result.path("series");
  }

  @Override
  public void close() {
    process.close();
  }
}
