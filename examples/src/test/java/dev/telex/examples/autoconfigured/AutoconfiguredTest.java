/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.autoconfigured;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, because properties and the global instance are the process's. */
class AutoconfiguredTest {

  private static final int ORDERS = 10;

  @TempDir private Path directory;

  @Test
  void propertiesAloneSendAllThreeSignals() throws Exception {
    try (FaultServer collector = FaultServer.start()) {
      run(
          "-Dotel.traces.exporter=telex",
          "-Dotel.metrics.exporter=telex",
          "-Dotel.logs.exporter=telex",
          "-Dtelex.chain=otlp.timeout(5s).retry(2).fallback(logging)",
          "-Dtelex.exporter.otlp.endpoint=" + collector.uri());

      assertThat(collector.requests())
          .extracting(ReceivedRequest::path)
          .contains("/v1/traces", "/v1/metrics", "/v1/logs");
      int spans = 0;
      for (ReceivedRequest request : collector.requests()) {
        if (request.path().equals("/v1/traces")) {
          spans +=
              ExportTraceServiceRequest.parseFrom(request.decodedBody())
                  .getResourceSpans(0)
                  .getScopeSpans(0)
                  .getSpansCount();
        }
      }
      assertThat(spans).isEqualTo(ORDERS);
    }
  }

  @Test
  void whatNobodyTakesIsLogged() throws Exception {
    String printed =
        run(
            "-Dotel.traces.exporter=telex",
            "-Dotel.metrics.exporter=none",
            "-Dotel.logs.exporter=none",
            "-Dtelex.chain=otlp.fallback(logging)",
            // Nobody listens there.
            "-Dtelex.exporter.otlp.endpoint=http://127.0.0.1:1");
    assertThat(printed.lines().filter(line -> line.contains("order.id"))).hasSize(ORDERS);
  }

  private String run(String... properties) throws Exception {
    Path output = directory.resolve("output");
    List<String> command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                Stream.of(properties),
                Stream.of("-cp", System.getProperty("java.class.path")),
                Stream.of(Autoconfigured.class.getName()))
            .flatMap(words -> words)
            .collect(Collectors.toList());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("has ended").isTrue();
      String printed = Files.readString(output);
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
