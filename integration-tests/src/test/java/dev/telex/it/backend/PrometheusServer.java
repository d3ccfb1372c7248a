/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A real Prometheus, as Debian has it, which scrapes one target each second. */
final class PrometheusServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final BackendProcess process;

  private PrometheusServer(int port, BackendProcess process) {
    this.uri = URI.create("http://127.0.0.1:" + port);
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory for its data and its log
   * @param features with which it asks for exemplars and native histograms
   * @param target scheme, host and port, where {@code /metrics} is
   */
  static PrometheusServer start(Path directory, String features, URI target) throws Exception {
    Path program = DebianPackage.program("prometheus", "usr/bin/prometheus");
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: shop
                scheme: %s
                static_configs: [{targets: ['%s']}]
            """
                .formatted(target.getScheme(), target.getAuthority()));
    int port = BackendProcess.freePort();
    ProcessBuilder command =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=" + features)
            .directory(directory.toFile());
    PrometheusServer server =
        new PrometheusServer(
            port, BackendProcess.start(command, directory.resolve("prometheus.log")));
    try {
      server.process.awaitReady(() -> server.get("/-/ready", Map.of()).statusCode() == 200, LIMIT);
      return server;
    } catch (IllegalStateException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** The values of the series of an instant query. */
  JsonNode query(String promQl) throws IOException, InterruptedException {
    return data("/api/v1/query", Map.of("query", promQl)).path("result");
  }

  /** The value of a query that gives one series. */
  double value(String promQl) throws IOException, InterruptedException {
    JsonNode result = query(promQl);
    if (result.size() != 1) {
      throw new IOException(promQl + " gives " + result);
    }
    return Double.parseDouble(result.get(0).path("value").path(1).asText());
  }

  /** Waits until a query gives one series with this value. */
  void awaitValue(String promQl, double wanted) throws InterruptedException {
    await(promQl, () -> value(promQl), value -> value == wanted);
  }

  /** What an endpoint of its API says, as soon as it is as wanted. */
  JsonNode awaitData(String path, Map<String, String> parameters, Predicate<JsonNode> wanted)
      throws InterruptedException {
    return await(path + parameters, () -> data(path, parameters), wanted);
  }

  JsonNode data(String path, Map<String, String> parameters)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = get(path, parameters);
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body()).path("data");
  }

  private <T> T await(String what, Callable<T> question, Predicate<T> wanted)
      throws InterruptedException {
    AtomicReference<T> answer = new AtomicReference<>();
    try {
      process.awaitReady(
          () -> {
            answer.set(question.call());
            return wanted.test(answer.get());
          },
          LIMIT);
      return answer.get();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(what + " gives " + answer.get(), e);
    }
  }

  private HttpResponse<String> get(String path, Map<String, String> parameters)
      throws IOException, InterruptedException {
    String query =
        parameters.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return http.send(
        HttpRequest.newBuilder(uri.resolve(path + (query.isEmpty() ? "" : "?" + query)))
            .timeout(LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.close();
  }
}
