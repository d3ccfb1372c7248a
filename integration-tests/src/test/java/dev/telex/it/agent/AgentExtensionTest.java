/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry's Java agent with our extension, in a process of its own. */
@Tag("backend")
class AgentExtensionTest {

  private static final Path AGENT = Path.of("target/backends/opentelemetry-javaagent.jar");

  @TempDir private Path directory;

  @Test
  void allThreeSignalsOfAnUnchangedProgramReachASink() throws Exception {
    Path extension = extension();
    try (FaultServer sink = FaultServer.start()) {
      String printed =
          run(
              extension,
              "-Dotel.traces.exporter=telex",
              "-Dotel.metrics.exporter=telex",
              "-Dotel.logs.exporter=telex",
              "-Dtelex.chain=otlp.timeout(5s).retry.fallback(logging)",
              "-Dtelex.exporter.otlp.endpoint=" + sink.uri(),
              "-Dtelex.exporter.otlp.compression=gzip");
      assertThat(printed).contains("the answer was 204").doesNotContain("SLF4J");

      List<Span> spans = new ArrayList<>();
      List<String> metrics = new ArrayList<>();
      List<String> logs = new ArrayList<>();
      for (ReceivedRequest request : sink.requests()) {
        byte[] body = request.decodedBody();
        switch (request.path()) {
          case "/v1/traces" ->
              ExportTraceServiceRequest.parseFrom(body)
                  .getResourceSpansList()
                  .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
          case "/v1/metrics" ->
              ExportMetricsServiceRequest.parseFrom(body)
                  .getResourceMetricsList()
                  .forEach(
                      r ->
                          r.getScopeMetricsList()
                              .forEach(
                                  s -> s.getMetricsList().forEach(m -> metrics.add(m.getName()))));
          default ->
              ExportLogsServiceRequest.parseFrom(body)
                  .getResourceLogsList()
                  .forEach(
                      r ->
                          r.getScopeLogsList()
                              .forEach(
                                  s ->
                                      s.getLogRecordsList()
                                          .forEach(l -> logs.add(l.getBody().getStringValue()))));
        }
      }
      // One call, seen from both of its ends: none of our own.
      assertThat(spans)
          .extracting(Span::getKind)
          .containsExactlyInAnyOrder(
              Span.SpanKind.SPAN_KIND_CLIENT, Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(metrics).contains("http.client.request.duration", "http.server.request.duration");
      assertThat(logs).containsExactly("the answer was 204");
    }
  }

  @Test
  void aWrongChainIsSaidAtTheStart() throws Exception {
    String printed =
        run(extension(), "-Dotel.traces.exporter=telex", "-Dtelex.chain=otlp.retries(8)");
    assertThat(printed).contains("'retries' at column 6: want a step");
  }

  private String run(Path extension, String... properties) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-javaagent:" + AGENT.toAbsolutePath());
    command.add("-Dotel.javaagent.extensions=" + extension.toAbsolutePath());
    command.addAll(List.of(properties));
    command.addAll(
        List.of(
            "-cp",
            Path.of("target/test-classes").toAbsolutePath().toString(),
            PlainProgram.class.getName()));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private static Path extension() throws IOException {
    Path target = Path.of("../agent-extension/target");
    List<Path> jars;
    try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.of()) {
      jars =
          files
              .filter(
                  file ->
                      file.getFileName()
                          .toString()
                          .matches("telex-agent-extension-[^-]+(-SNAPSHOT)?\\.jar"))
              .toList();
    }
    assumeThat(jars).as("needs the extension, which ./mvnw verify makes").hasSize(1);
    assumeThat(AGENT).as("needs the agent, which the profile backends fetches").exists();
    return jars.get(0);
  }
}
