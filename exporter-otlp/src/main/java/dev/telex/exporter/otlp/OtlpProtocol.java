/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How OTLP is spoken: the values of {@code OTEL_EXPORTER_OTLP_PROTOCOL} (OpenTelemetry
 * specification, {@code protocol/exporter.md}).
 */
public enum OtlpProtocol {
  /** Over HTTP in binary protobuf; by default to port 4318. */
  HTTP_PROTOBUF("http/protobuf", OtlpEncoding.PROTOBUF, 4318),

  /** Over HTTP in JSON; by default to port 4318. */
  HTTP_JSON("http/json", OtlpEncoding.JSON, 4318),

  /**
   * Over gRPC, in the same bytes as {@link #HTTP_PROTOBUF}; by default to port 4317. Needs a server
   * that speaks HTTP/2.
   */
  GRPC("grpc", OtlpEncoding.PROTOBUF, 4317);

  private final String id;
  private final OtlpEncoding encoding;
  private final int defaultPort;

  OtlpProtocol(String id, OtlpEncoding encoding, int defaultPort) {
    this.id = id;
    this.encoding = encoding;
    this.defaultPort = defaultPort;
  }

  /** The name in settings and in the environment, e.g. {@code http/protobuf}. */
  public String id() {
    return id;
  }

  /** The encoding of the payloads. */
  public OtlpEncoding encoding() {
    return encoding;
  }

  /** The protocol of a name in settings; empty if there is none. */
  public static Optional<OtlpProtocol> ofId(String id) {
    return Arrays.stream(values()).filter(protocol -> protocol.id.equals(id)).findFirst();
  }

  /** All names in settings. */
  static List<String> ids() {
    return Arrays.stream(values()).map(OtlpProtocol::id).toList();
  }

  String defaultEndpoint() {
    return "http://localhost:" + defaultPort;
  }

  /** What is appended to the base for a signal. */
  String path(Signal signal) {
    if (this != GRPC) {
      return "v1/" + signal.id();
    }
    String service =
        switch (signal) {
          case TRACES -> "trace.v1.TraceService";
          case METRICS -> "metrics.v1.MetricsService";
          case LOGS -> "logs.v1.LogsService";
        };
    return "opentelemetry.proto.collector." + service + "/Export";
  }
}
