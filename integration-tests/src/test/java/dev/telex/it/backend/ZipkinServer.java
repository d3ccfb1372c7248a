/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** A real Zipkin, which keeps what it takes in memory. */
final class ZipkinServer implements AutoCloseable {

  /** Where the profile "backends" puts it. */
  private static final Path JAR = Path.of("target", "backends", "zipkin-server.jar");

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final BackendProcess process;

  private ZipkinServer(int port, BackendProcess process) {
    this.uri = URI.create("http://127.0.0.1:" + port);
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory for its log
   */
  static ZipkinServer start(Path directory) throws InterruptedException {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(
          JAR + " is not there: run with the profile 'backends', which copies it");
    }
    int port = BackendProcess.freePort();
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            JAR.toAbsolutePath().toString(),
            "--armeria.ports[0].ip=127.0.0.1",
            "--armeria.ports[0].port=" + port,
            "--armeria.ports[0].protocols[0]=http");
    command.directory(directory.toFile());
    command.environment().put("STORAGE_TYPE", "mem");
    ZipkinServer server =
        new ZipkinServer(port, BackendProcess.start(command, directory.resolve("zipkin.log")));
    try {
      server.process.awaitReady(() -> server.get("/health").statusCode() == 200, START_LIMIT);
      return server;
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** A URL of it. */
  String url(String path) {
    return uri.resolve(path).toString();
  }

  /** The raw spans of a trace, as soon as there are so many. */
  JsonNode awaitTrace(String traceId, int spans) throws InterruptedException {
    return await(() -> query("/api/v2/trace/" + traceId), spans);
  }

  /** The links of the service graph of the last hour, as soon as there are so many. */
  JsonNode awaitDependencies(int links) throws InterruptedException {
    return await(
        () ->
            query(
                "/api/v2/dependencies?lookback=3600000&endTs="
                    + (System.currentTimeMillis() + 60_000)),
        links);
  }

  /** It stores after it has answered. */
  private JsonNode await(Callable<JsonNode> question, int size) throws InterruptedException {
    AtomicReference<JsonNode> answer = new AtomicReference<>(JSON.createArrayNode());
    try {
      process.awaitReady(
          () -> {
            answer.set(question.call());
            return answer.get().size() >= size;
          },
          LIMIT);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("there are " + answer.get().size() + " of " + size, e);
    }
    return answer.get();
  }

  private JsonNode query(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(path);
    return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createArrayNode();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri.resolve(path)).timeout(LIMIT).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.close();
  }
}
