/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * A real Elasticsearch, of one node, from the jars on Maven: without X-Pack, and so without
 * security, some field types and the API of data streams.
 */
final class ElasticsearchServer implements AutoCloseable {

  private static final String DESCRIPTOR = "plugin-descriptor.properties";
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
              .build());

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path jdk;
  private final Path home;
  private final int port;
  private final String classPath;
  private BackendProcess process;
  private int starts;

  private ElasticsearchServer(Path jdk, Path home, String classPath) {
    this.jdk = jdk;
    this.home = home;
    this.port = BackendProcess.freePort();
    this.classPath = classPath;
  }

  /**
   * Starts one.
   *
   * @param version of its jars
   * @param jdk that it runs on
   * @param home for its data and its log; empty
   * @param settings as {@code key=value}
   */
  static ElasticsearchServer start(String version, Path jdk, Path home, String... settings)
      throws Exception {
    List<Path> lib = MavenJars.of("org.elasticsearch:elasticsearch:" + version);
    for (String directory : List.of("config", "plugins", "tmp")) {
      Files.createDirectories(home.resolve(directory));
    }
    transport(version, home.resolve("modules").resolve("transport-netty4"), lib);
    String classPath =
        lib.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))
            + File.pathSeparator
            + Path.of("target", "test-classes").toAbsolutePath();
    ElasticsearchServer server = new ElasticsearchServer(jdk, home, classPath);
    server.startAgain(settings);
    return server;
  }

  /** Its transport is a plugin: loaded from a directory, with a descriptor. */
  private static void transport(String version, Path directory, List<Path> lib) throws IOException {
    Set<String> there = new HashSet<>();
    lib.forEach(jar -> there.add(jar.getFileName().toString()));
    Files.createDirectories(directory);
    for (Path jar : MavenJars.of("org.elasticsearch.plugin:transport-netty4:" + version)) {
      String name = jar.getFileName().toString();
      if (there.contains(name)) {
        continue;
      }
      Files.copy(jar, directory.resolve(name));
      if (name.startsWith("transport-netty4-")) {
        Files.write(directory.resolve(DESCRIPTOR), descriptor(jar));
      }
    }
  }

  /** Without its name as a Java module, which it is not on a class path. */
  private static List<String> descriptor(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile());
        InputStream in =
            file.getInputStream(
                file.getEntry("META-INF/es-plugins/transport-netty4/" + DESCRIPTOR))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("modulename"))
          .toList();
    }
  }

  /** Ends it, as an operator does. */
  void stop() throws InterruptedException {
    process.stop();
  }

  /** Starts it on the same data and port, with these settings in place of the former ones. */
  void startAgain(String... settings) throws InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                jdk.resolve("bin").resolve("java").toString(),
                "-Xms256m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + home.resolve("tmp"),
                "-Dio.netty.noUnsafe=true",
                "-Dlog4j2.disable.jmx=true",
                "-cp",
                classPath,
                ElasticsearchMain.class.getName(),
                home.toString(),
                "cluster.name=telex",
                "node.name=telex",
                "discovery.type=single-node",
                "network.host=127.0.0.1",
                "http.port=" + port,
                "transport.port=0",
                "cluster.routing.allocation.disk.threshold_enabled=false",
                "node.store.allow_mmap=false"));
    command.addAll(List.of(settings));
    process =
        BackendProcess.start(
            new ProcessBuilder(command).directory(home.toFile()),
            home.resolve("elasticsearch-" + ++starts + ".log"));
    try {
      process.awaitReady(
          () ->
              send("GET", "/_cluster/health?wait_for_status=yellow&timeout=5s", "").statusCode()
                  == 200,
          START_LIMIT);
    } catch (IllegalStateException | InterruptedException e) {
      close();
      throw e;
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** What it answers; an answer other than 200 is an error. */
  JsonNode post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("POST", path, body);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /** Makes all that was written to be found. */
  void refresh() throws IOException, InterruptedException {
    post("/_refresh", "");
  }

  /** The documents of an index or a pattern, at most 10 000. */
  List<JsonNode> sources(String index) throws IOException, InterruptedException {
    List<JsonNode> sources = new ArrayList<>();
    post("/" + index + "/_search?size=10000&allow_no_indices=true", "{}")
        .at("/hits/hits")
        .forEach(hit -> sources.add(hit.path("_source")));
    return sources;
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(LIMIT);
    request.method(
        method,
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    return http.send(
        request.header("Content-Type", "application/json").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.close();
  }
}
