/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.zipkin.ZipkinDialect;
import dev.telex.exporter.zipkin.ZipkinExporter;
import dev.telex.exporter.zipkin.ZipkinFormat;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Zipkin spans to a real Zipkin, and what its API says of them. */
@Tag("backend")
@Timeout(300)
class ZipkinServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger TRACES = new AtomicInteger();

  /** So that it is among what the service graph is made of. */
  private static final long NOW_MICROS = System.currentTimeMillis() * 1_000;

  @TempDir private static Path directory;
  private static ZipkinServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ZipkinServer.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<Arguments> formats() {
    List<Arguments> all = new ArrayList<>();
    for (ZipkinFormat format : ZipkinFormat.values()) {
      for (Optional<Compression> compression :
          List.of(Optional.<Compression>empty(), Optional.<Compression>of(Gzip.fast()))) {
        // A trace id of 64 bits, and one of 128.
        all.add(Arguments.of(format, compression, "0".repeat(16)));
        all.add(Arguments.of(format, compression, "463ac35c9f6413ad"));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void itStoresWhatWasSent(ZipkinFormat format, Optional<Compression> compression, String upper)
      throws Exception {
    String traceId = upper + lowerHalf();
    ExportResult result =
        export(
            builder -> {
              compression.ifPresent(builder::compression);
              return builder.format(format).localAddress(address("10.0.0.7"));
            },
            Batch.traces(List.of(serverSpan(traceId), clientSpan(traceId), producerSpan(traceId))));
    assertThat(result).hasToString("SUCCESS[accepted=3, statusCode=202]");

    String stored = traceId.startsWith("0") ? traceId.substring(16) : traceId;
    JsonNode expected =
        JSON.readTree(
            """
            [{"traceId": "%1$s", "parentId": "00000000000000aa", "id": "0000000000000001", "kind": "SERVER",
              "name": "get /orders/{id}", "timestamp": %2$d, "duration": 250001,
              "localEndpoint": {"serviceName": "shop", "ipv4": "10.0.0.7"},
              "annotations": [
                {"timestamp": %3$d, "value": "cache miss"},
                {"timestamp": %4$d, "value": "\\"exception\\":{\\"exception.message\\":\\"no \\\\\\"stock\\\\\\"\\",\\"n\\":3}"}],
              "tags": {"http.route": "/orders/{id}", "http.response.status_code": "500", "ok": "false",
                "ratio": "0.5", "ids": "[1,2]", "names": "[\\"a\\",\\"Ünïcödé 😀\\"]", "empty": "",
                "otel.scope.name": "tomcat", "otel.scope.version": "10", "otel.library.name": "tomcat",
                "otel.library.version": "10", "otel.status_code": "ERROR", "error": "no stock"}},
             {"traceId": "%1$s", "parentId": "0000000000000001", "id": "0000000000000002", "kind": "CLIENT",
              "name": "select", "timestamp": %2$d, "duration": 1,
              "localEndpoint": {"serviceName": "shop", "ipv4": "10.0.0.7"},
              "remoteEndpoint": {"serviceName": "orders-db"},
              "tags": {"peer.service": "Orders-DB", "network.peer.address": "10.9.9.9", "otel.status_code": "OK"}},
             {"traceId": "%1$s", "parentId": "0000000000000001", "id": "0000000000000003", "kind": "PRODUCER",
              "name": "send", "timestamp": %2$d, "duration": 7,
              "localEndpoint": {"serviceName": "shop", "ipv4": "10.0.0.7"},
              "remoteEndpoint": {"ipv6": "2001:db8::9", "port": 9092},
              "tags": {"network.peer.address": "2001:db8::9", "network.peer.port": "9092"}}]
            """
                .formatted(stored, NOW_MICROS, NOW_MICROS + 5, NOW_MICROS + 6));
    JsonNode spans = server.awaitTrace(stored, 3);
    assertThat(spans).hasSameSizeAs(expected).containsAll(expected);
  }

  @ParameterizedTest
  @EnumSource(ZipkinFormat.class)
  void aClientSpanWithAPeerIsADependency(ZipkinFormat format) throws Exception {
    String caller = "caller-" + format.name().toLowerCase(Locale.ROOT);
    String traceId = "1".repeat(16) + lowerHalf();
    SpanData span =
        span(traceId, 1, SpanKind.CLIENT, "call")
            .setResource(service(caller))
            .setAttributes(Attributes.builder().put("server.address", "payments").build())
            .build();
    export(builder -> builder.format(format), Batch.traces(List.of(span)));
    server.awaitTrace(traceId, 1);

    JsonNode links = server.awaitDependencies(1);
    assertThat(links)
        .contains(
            JSON.readTree(
                "{\"parent\":\"" + caller + "\",\"child\":\"payments\",\"callCount\":1}"));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void itKeepsLongTextOfEveryLanguage(
      ZipkinFormat format, Optional<Compression> compression, String upper) throws Exception {
    String traceId = upper + lowerHalf();
    // Long enough that Zipkin reads it in many pieces.
    String text = "Größe 日本語 😀 \"quoted\" ".repeat(5_000);
    SpanData span =
        span(traceId, 1, SpanKind.INTERNAL, "text")
            .setAttributes(Attributes.builder().put("text", text).build())
            .build();
    ExportResult result =
        export(
            builder -> {
              compression.ifPresent(builder::compression);
              return builder.format(format);
            },
            Batch.traces(List.of(span)));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    String stored = traceId.startsWith("0") ? traceId.substring(16) : traceId;
    String tag = server.awaitTrace(stored, 1).get(0).get("tags").get("text").asText();
    assertThat(tag.equals(text)).as("the text is the same").isTrue();
  }

  @ParameterizedTest
  @EnumSource(ZipkinFormat.class)
  void whatIsTooLargeForItArrivesInParts(ZipkinFormat format) throws Exception {
    String traceId = "2".repeat(16) + lowerHalf();
    String text = "x".repeat(1 << 20);
    List<SpanData> spans = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      spans.add(
          span(traceId, i, SpanKind.INTERNAL, "large")
              .setAttributes(Attributes.builder().put("text", text).build())
              .build());
    }
    ExportResult result =
        export(builder -> builder.format(format).maxRequestBytes(64 << 20), Batch.traces(spans));
    assertThat(result).hasToString("SUCCESS[accepted=12, statusCode=202]");
    assertThat(server.awaitTrace(traceId, 12)).hasSize(12);
  }

  @Test
  void itStoresTheDialectOfTheCollector() throws Exception {
    String traceId = "3".repeat(16) + lowerHalf();
    ExportResult result =
        export(
            builder -> builder.dialect(ZipkinDialect.COLLECTOR),
            Batch.traces(List.of(serverSpan(traceId), clientSpan(traceId))));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    JsonNode spans = server.awaitTrace(traceId, 2);
    for (JsonNode span : spans) {
      boolean client = span.get("kind").asText().equals("CLIENT");
      JsonNode tags = span.get("tags");
      assertThat(tags.get("host.name").asText()).isEqualTo("h1");
      assertThat(tags.has("peer.service")).isFalse();
      assertThat(tags.get("otel.status_code").asText())
          .isEqualTo(client ? "STATUS_CODE_OK" : "STATUS_CODE_ERROR");
      assertThat(span.has("remoteEndpoint")).isEqualTo(client);
    }
  }

  @Test
  void whatItRefusesIsPermanentInItsWords() throws Exception {
    Batch batch = SampleBatches.spans(2);
    assertThat(export(builder -> builder.endpoint(server.url("/api/v2/nothing")), batch))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.PERMANENT);
              assertThat(result.statusCode()).hasValue(404);
            });
    // The old format, which it reads as something else.
    assertThat(
            export(
                builder ->
                    builder.endpoint(server.url("/api/v1/spans")).format(ZipkinFormat.PROTOBUF),
                batch))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(Status.PERMANENT);
              assertThat(result.statusCode()).hasValue(400);
            });
  }

  private static ExportResult export(UnaryOperator<ZipkinExporter.Builder> setUp, Batch batch)
      throws Exception {
    try (ZipkinExporter exporter =
        setUp
            .apply(
                ZipkinExporter.builder()
                    .endpoint(server.url("/api/v2/spans"))
                    .timeout(Duration.ofSeconds(30)))
            .build()) {
      return exporter
          .export(batch, ExportContext.none())
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static SpanData serverSpan(String traceId) {
    return span(traceId, 1, SpanKind.SERVER, "GET /orders/{id}")
        .setParentSpanContext(context(traceId, 0xaa))
        .setEndEpochNanos(NOW_MICROS * 1_000 + 250_001_999)
        .setInstrumentationScopeInfo(
            InstrumentationScopeInfo.builder("tomcat").setVersion("10").build())
        .setAttributes(
            Attributes.builder()
                .put("http.route", "/orders/{id}")
                .put("http.response.status_code", 500)
                .put("ok", false)
                .put("ratio", 0.5)
                .put(AttributeKey.longArrayKey("ids"), List.of(1L, 2L))
                .put(AttributeKey.stringArrayKey("names"), List.of("a", "Ünïcödé 😀"))
                .put("empty", "")
                .build())
        .setTotalAttributeCount(7)
        .setStatus(StatusData.create(StatusCode.ERROR, "no stock"))
        .setEvents(
            List.of(
                EventData.create(NOW_MICROS * 1_000 + 5_999, "cache miss", Attributes.empty()),
                EventData.create(
                    NOW_MICROS * 1_000 + 6_000,
                    "exception",
                    Attributes.builder()
                        .put("exception.message", "no \"stock\"")
                        .put("n", 3)
                        .build())))
        .setTotalRecordedEvents(2)
        .build();
  }

  private static SpanData clientSpan(String traceId) {
    return span(traceId, 2, SpanKind.CLIENT, "SELECT")
        .setParentSpanContext(context(traceId, 1))
        .setEndEpochNanos(NOW_MICROS * 1_000 + 999)
        .setAttributes(
            Attributes.builder()
                .put("peer.service", "Orders-DB")
                .put("network.peer.address", "10.9.9.9")
                .build())
        .setTotalAttributeCount(2)
        .setStatus(StatusData.ok())
        .build();
  }

  private static SpanData producerSpan(String traceId) {
    return span(traceId, 3, SpanKind.PRODUCER, "send")
        .setParentSpanContext(context(traceId, 1))
        .setAttributes(
            Attributes.builder()
                .put("network.peer.address", "2001:db8::9")
                .put("network.peer.port", 9092)
                .build())
        .setTotalAttributeCount(2)
        .build();
  }

  private static TestSpanData.Builder span(String traceId, long id, SpanKind kind, String name) {
    return TestSpanData.builder()
        .setName(name)
        .setKind(kind)
        .setSpanContext(context(traceId, id))
        .setResource(service("Shop"))
        .setStatus(StatusData.unset())
        .setStartEpochNanos(NOW_MICROS * 1_000)
        .setEndEpochNanos(NOW_MICROS * 1_000 + 7_000)
        .setHasEnded(true);
  }

  private static Resource service(String name) {
    return Resource.create(
        Attributes.builder().put("service.name", name).put("host.name", "h1").build());
  }

  private static SpanContext context(String traceId, long id) {
    return SpanContext.create(
        traceId, String.format("%016x", id), TraceFlags.getSampled(), TraceState.getDefault());
  }

  /** Another one for each trace. */
  private static String lowerHalf() {
    return String.format("%016x", 0xbeef_0000L + TRACES.incrementAndGet());
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
