/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import dev.telex.exporter.Signal;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.exporter.otlp.OtlpProtocol;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A Collector that writes what it receives into files: one for each signal, with a line for each
 * request, in the order in which it answered.
 */
final class OtelCollector implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");

  /** Its receivers of OTLP. */
  enum Door {
    PLAIN("", ""),
    /** Shows a certificate, and wants one of the client. */
    MUTUAL_TLS(
        "tls: {cert_file: server.pem, key_file: server.key, client_ca_file: client-ca.pem}",
        "tls: {cert_file: server.pem, key_file: server.key, client_ca_file: client-ca.pem}"),
    /** Takes 256 KiB in a request over HTTP, and 1 MiB over gRPC. */
    SMALL("max_request_body_size: 262144", "max_recv_msg_size_mib: 1");

    private final String overHttp;
    private final String overGrpc;

    Door(String overHttp, String overGrpc) {
      this.overHttp = overHttp;
      this.overGrpc = overGrpc;
    }

    private String id() {
      return "otlp/" + name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern LISTENING =
      Pattern.compile(
          "Starting (GRPC|HTTP) server.*\"otelcol.component.id\": \"([^\"]+)\""
              + ".*\"endpoint\": \"127.0.0.1:(\\d+)\"");

  private final int jaegerHttpPort = BackendProcess.freePort();
  private final int jaegerAgentPort = BackendProcess.freePort();
  private final Path directory;
  private final BackendProcess process;

  /** Of its doors, by {@code GRPC otlp/plain} and the like. */
  private final Map<String, Integer> ports = new HashMap<>();

  private OtelCollector(Path binary, Path directory) throws IOException {
    this.directory = directory;
    CA.writeCertificate(file("ca.pem"));
    CA.issue("localhost").writeTo(file("server.pem"), file("server.key"));
    CLIENT_CA.writeCertificate(file("client-ca.pem"));
    CLIENT_CA.issue("client").writeTo(file("client.pem"), file("client.key"));
    Files.writeString(file("otelcol.yaml"), configuration());
    this.process =
        BackendProcess.start(
            new ProcessBuilder(binary.toString(), "--config=file:otelcol.yaml")
                .directory(directory.toFile()),
            file("otelcol.log"));
  }

  /**
   * Starts one. Aborts the test where it cannot be built for want of Go.
   *
   * @param directory an empty one, for its files
   */
  static OtelCollector start(Path directory) throws Exception {
    OtelCollector collector = new OtelCollector(OtelCollectorBinary.get(directory), directory);
    try {
      collector.process.awaitLine("Everything is ready", START_LIMIT);
      LISTENING
          .matcher(collector.process.output())
          .results()
          .forEach(
              line ->
                  collector.ports.put(
                      line.group(1) + " " + line.group(2), Integer.valueOf(line.group(3))));
      return collector;
    } catch (IllegalStateException e) {
      collector.close();
      throw e;
    }
  }

  /** An exporter to one of its doors. */
  OtlpExporter.Builder exporterTo(Door door, OtlpProtocol protocol) {
    String server = protocol == OtlpProtocol.GRPC ? "GRPC" : "HTTP";
    int port = Objects.requireNonNull(ports.get(server + " " + door.id()), ports::toString);
    boolean secure = door == Door.MUTUAL_TLS;
    OtlpExporter.Builder builder =
        OtlpExporter.builder()
            .protocol(protocol)
            .timeout(Duration.ofSeconds(30))
            .endpoint((secure ? "https" : "http") + "://localhost:" + port);
    return secure
        ? builder.tls(
            Tls.builder()
                .caCertificate(file("ca.pem"))
                .clientCertificate(file("client.pem"), file("client.key"))
                .build())
        : builder;
  }

  /** Where it takes Jaeger's Thrift over HTTP. */
  String jaegerEndpoint() {
    return "http://127.0.0.1:" + jaegerHttpPort;
  }

  /** Where it takes Jaeger's Thrift over UDP. */
  int jaegerAgentPort() {
    return jaegerAgentPort;
  }

  /** Waits until it has written that many requests of a signal. */
  void awaitLines(Signal signal, int count) throws InterruptedException {
    process.awaitReady(() -> lines(signal).size() >= count, START_LIMIT);
  }

  /** Ends it. Only then is all that it received in its files. */
  void stop() throws InterruptedException {
    int status = process.stop();
    if (status != 0) {
      throw new IllegalStateException(process + " ended with " + status + ":\n" + process.output());
    }
  }

  /** What it received of a signal. */
  List<String> lines(Signal signal) throws IOException {
    return Files.readAllLines(file(signal.id() + ".jsonl"));
  }

  @Override
  public void close() {
    process.close();
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private String configuration() {
    // Port 0: the system chooses, and the log says what.
    StringBuilder yaml = new StringBuilder("receivers:\n");
    for (Door door : Door.values()) {
      yaml.append(
          """
            %s:
              protocols:
                http: {endpoint: "127.0.0.1:0", %s}
                grpc: {endpoint: "127.0.0.1:0", %s}
          """
              .formatted(door.id(), door.overHttp, door.overGrpc));
    }
    yaml.append(
        """
          jaeger:
            protocols:
              thrift_http: {endpoint: "127.0.0.1:%d"}
              thrift_compact: {endpoint: "127.0.0.1:%d"}
        """
            .formatted(jaegerHttpPort, jaegerAgentPort));
    yaml.append("exporters:\n");
    for (Signal signal : Signal.values()) {
      yaml.append("  file/%1$s: {path: %1$s.jsonl}\n".formatted(signal.id()));
    }
    yaml.append("service:\n  telemetry: {metrics: {level: none}}\n  pipelines:\n");
    List<String> receivers = Arrays.stream(Door.values()).map(Door::id).toList();
    for (Signal signal : Signal.values()) {
      List<String> all = new ArrayList<>(receivers);
      if (signal == Signal.TRACES) {
        all.add("jaeger");
      }
      yaml.append(
          "    %1$s: {receivers: %2$s, exporters: [file/%1$s]}\n".formatted(signal.id(), all));
    }
    return yaml.toString();
  }
}
