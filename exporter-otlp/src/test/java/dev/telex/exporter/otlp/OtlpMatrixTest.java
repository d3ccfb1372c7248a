/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.telex.compression.zstd.Zstd;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.otlp.OtlpJsonReader;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every protocol with every signal, compression and kind of connection, against the servers of
 * others: grpc-java on the one side, the JDK's HTTP server on the other. Each cell sends a
 * generated batch, with every kind of field there is, and looks at what the server decoded, at the
 * headers and certificates that it saw, and at what becomes of its answer.
 */
class OtlpMatrixTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int ITEMS = 100;
  private static final String WARNING = OtlpHttpServer.WARNING;

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final TestIdentity SERVER = CA.issue("localhost");
  private static final TestIdentity CLIENT = CLIENT_CA.issue("client");

  @TempDir private static Path directory;

  private static final Map<Security, OtlpHttpServer> HTTP = new EnumMap<>(Security.class);
  private static final Map<Security, OtlpGrpcServer> GRPC = new EnumMap<>(Security.class);

  private enum Security {
    PLAIN,
    TLS,
    MTLS;

    String scheme() {
      return this == PLAIN ? "http" : "https";
    }
  }

  private static final List<Coding> CODINGS =
      List.of(
          new Coding("none", null),
          new Coding("gzip", Gzip.fast()),
          new Coding("zstd", Zstd.fast()));

  private record Coding(String name, @Nullable Compression compression) {

    List<String> header() {
      return compression == null ? List.of() : List.of(name);
    }

    /** Of what goes over the wire. */
    long size(Batch batch, OtlpEncoding encoding) throws InterruptedException {
      Payload payload =
          compression == null ? batch.encoded(encoding) : batch.encoded(encoding, compression);
      return payload.size();
    }
  }

  private record Cell(OtlpProtocol protocol, Signal signal, Coding coding, Security security) {
    @Override
    public String toString() {
      return String.join(", ", protocol.id(), signal.id(), coding.name(), security.name());
    }
  }

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (OtlpProtocol protocol : OtlpProtocol.values()) {
      for (Signal signal : Signal.values()) {
        for (Coding coding : CODINGS) {
          for (Security security : Security.values()) {
            cells.add(new Cell(protocol, signal, coding, security));
          }
        }
      }
    }
    return cells;
  }

  @BeforeAll
  static void start() throws Exception {
    CA.writeCertificate(directory.resolve("ca.pem"));
    CLIENT.writeTo(directory.resolve("client.pem"), directory.resolve("client.key"));
    for (Security security : Security.values()) {
      HTTP.put(security, httpServer(security));
      GRPC.put(security, OtlpGrpcServer.start(builder -> secured(builder, security)));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    HTTP.values().forEach(OtlpHttpServer::close);
    for (OtlpGrpcServer server : GRPC.values()) {
      server.awaitNoConnection(LIMIT);
      server.stop();
    }
  }

  @BeforeEach
  void aCellThatFailsLeavesNothingToTheNext() {
    HTTP.values().forEach(OtlpHttpServer::clear);
    GRPC.values().forEach(OtlpGrpcServer::clear);
  }

  @Test
  void thereIsACellForEachCombination() {
    assertThat(cells()).doesNotHaveDuplicates().hasSize(3 * 3 * 3 * 3);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void everyItemArrivesAndTheAnswerIsRead(Cell cell) throws Exception {
    Batch batch = GeneratedBatches.of(cell.signal(), 1 + cells().indexOf(cell), ITEMS);
    assertThat(batch.itemCount()).isPositive();
    ExportResult result;
    try (OtlpExporter exporter = exporter(cell)) {
      if (cell.protocol() == OtlpProtocol.GRPC) {
        grpc(cell).enqueue(call -> answer(cell, call));
      }
      result =
          exporter
              .export(batch, ExportContext.none())
              .toCompletableFuture()
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(result.message()).hasValue("the server warns: " + WARNING);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(batch.itemCount());
    if (cell.protocol() == OtlpProtocol.GRPC) {
      assertArrived(cell, batch, grpc(cell));
    } else {
      assertArrived(cell, batch, http(cell));
    }
    assertThat(batch.encodingStats().compressions()).isEqualTo(cell.coding().header().size());
  }

  private static void assertArrived(Cell cell, Batch batch, OtlpHttpServer server)
      throws Exception {
    OtlpHttpServer.Received request = server.take(LIMIT);
    assertThat(server.waiting()).as("further requests").isZero();
    assertThat(request.problem()).isNull();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/" + cell.signal().id());
    assertThat(request.headers("Content-Type"))
        .containsExactly(
            cell.protocol() == OtlpProtocol.HTTP_JSON
                ? "application/json"
                : "application/x-protobuf");
    assertThat(request.headers("Content-Encoding")).isEqualTo(cell.coding().header());
    assertUserAgent(request.headers("User-Agent"));
    assertConnection(cell, request.session());
    if (cell.protocol() == OtlpProtocol.HTTP_JSON) {
      assertThat(request.message()).isEqualTo(OtlpJsonReader.expected(batch));
    } else {
      assertThat(request.message()).isEqualTo(expected(batch));
    }
    assertThat(request.wireSize()).isEqualTo(cell.coding().size(batch, cell.protocol().encoding()));
  }

  private static void assertArrived(Cell cell, Batch batch, OtlpGrpcServer server)
      throws Exception {
    OtlpGrpcServer.Received call = server.take(LIMIT);
    assertThat(call.headers("content-type")).containsExactly("application/grpc");
    assertThat(call.headers("grpc-encoding")).isEqualTo(cell.coding().header());
    assertThat(call.headers("grpc-accept-encoding"))
        .containsExactly(
            cell.coding().name().equals("zstd") ? "identity,gzip,zstd" : "identity,gzip");
    assertThat(call.headers("content-encoding")).isEmpty();
    assertUserAgent(call.headers("user-agent"));
    assertConnection(cell, call.session());
    assertThat(call.request()).isEqualTo(expected(batch));
    assertThat(server.takeWireSize(LIMIT))
        .isEqualTo(cell.coding().size(batch, OtlpEncoding.PROTOBUF));
  }

  private static void assertUserAgent(List<String> values) {
    assertThat(values)
        .singleElement()
        .asString()
        .matches("Telex/(\\d+\\.\\d+\\.\\d+\\S*) OTel-OTLP-Exporter-Java/\\1");
  }

  /** TLS where it should be, and the certificate of the client where the server asks for one. */
  private static void assertConnection(Cell cell, @Nullable SSLSession session)
      throws SSLPeerUnverifiedException {
    assertThat(session == null ? "none" : session.getProtocol())
        .isEqualTo(cell.security() == Security.PLAIN ? "none" : "TLSv1.3");
    if (cell.security() == Security.MTLS && session != null) {
      assertThat(((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber())
          .isEqualTo(CLIENT.serial());
    }
  }

  /**
   * What {@code opentelemetry-proto} makes of the batch: its protobuf is compared with the peer's
   * elsewhere.
   */
  private static Message expected(Batch batch) throws Exception {
    byte[] bytes = batch.encoded(OtlpEncoding.PROTOBUF).toByteArray();
    return switch (batch.signal()) {
      case TRACES -> ExportTraceServiceRequest.parseFrom(bytes);
      case METRICS -> ExportMetricsServiceRequest.parseFrom(bytes);
      case LOGS -> ExportLogsServiceRequest.parseFrom(bytes);
    };
  }

  private static void answer(Cell cell, OtlpGrpcServer.Received call) {
    if (cell.coding().compression() != null) {
      call.out().setCompression(cell.coding().name());
    }
    call.succeed(
        switch (cell.signal()) {
          case TRACES ->
              ExportTraceServiceResponse.newBuilder()
                  .setPartialSuccess(
                      ExportTracePartialSuccess.newBuilder().setErrorMessage(WARNING))
                  .build();
          case METRICS ->
              ExportMetricsServiceResponse.newBuilder()
                  .setPartialSuccess(
                      ExportMetricsPartialSuccess.newBuilder().setErrorMessage(WARNING))
                  .build();
          case LOGS ->
              ExportLogsServiceResponse.newBuilder()
                  .setPartialSuccess(ExportLogsPartialSuccess.newBuilder().setErrorMessage(WARNING))
                  .build();
        });
  }

  private static OtlpExporter exporter(Cell cell) {
    int port = cell.protocol() == OtlpProtocol.GRPC ? grpc(cell).port() : http(cell).port();
    OtlpExporter.Builder builder =
        OtlpExporter.builder()
            .protocol(cell.protocol())
            .endpoint(cell.security().scheme() + "://localhost:" + port)
            .timeout(LIMIT);
    if (cell.coding().compression() != null) {
      builder.compression(cell.coding().compression());
    }
    Tls.Builder tls = Tls.builder().caCertificate(directory.resolve("ca.pem"));
    return switch (cell.security()) {
      case PLAIN -> builder.build();
      case TLS -> builder.tls(tls.build()).build();
      case MTLS ->
          builder
              .tls(
                  tls.clientCertificate(
                          directory.resolve("client.pem"), directory.resolve("client.key"))
                      .build())
              .build();
    };
  }

  private static OtlpHttpServer http(Cell cell) {
    return Objects.requireNonNull(HTTP.get(cell.security()));
  }

  private static OtlpGrpcServer grpc(Cell cell) {
    return Objects.requireNonNull(GRPC.get(cell.security()));
  }

  private static OtlpHttpServer httpServer(Security security) throws Exception {
    return switch (security) {
      case PLAIN -> OtlpHttpServer.plain();
      case TLS -> OtlpHttpServer.secure(SERVER, null);
      case MTLS -> OtlpHttpServer.secure(SERVER, CLIENT_CA);
    };
  }

  private static NettyServerBuilder secured(NettyServerBuilder builder, Security security) {
    if (security == Security.PLAIN) {
      return ZstdCodec.registeredWith(builder);
    }
    SslContextBuilder tls =
        GrpcSslContexts.configure(
            SslContextBuilder.forServer(SERVER.keys().getPrivate(), SERVER.certificate()));
    if (security == Security.MTLS) {
      tls.trustManager(CLIENT_CA.certificate()).clientAuth(ClientAuth.REQUIRE);
    }
    try {
      return ZstdCodec.registeredWith(builder).sslContext(tls.build());
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }
}
