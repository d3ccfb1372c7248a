/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.exporter.jaeger.JaegerAgentExporter;
import dev.telex.exporter.jaeger.JaegerExporter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Spans to the Jaeger receiver of a real OpenTelemetry Collector, and what it made of them. */
@Tag("backend")
@Timeout(value = 25, unit = TimeUnit.MINUTES)
class JaegerReceiverTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LONG_ID = "463ac35c9f6413ad48485a3953bb6124";
  private static final String SHORT_ID = "000000000000000048485a3953bb6125";
  private static final long START = 1_700_000_000_000_000_000L;

  @TempDir private Path directory;

  @BeforeEach
  void theCollectorIsThere() throws Exception {
    try {
      OtelCollectorBinary.get(directory);
    } catch (TestAbortedException e) {
      assumeTrue(false, e.getMessage());
    }
  }

  @Test
  void itStoresWhatCameOverHttp() throws Exception {
    try (OtelCollector collector = OtelCollector.start(directory)) {
      // One request for each of the two resources.
      ExportResult result =
          export(JaegerExporter.builder().endpoint(collector.jaegerEndpoint()).build(), batch());
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(3);
      result =
          export(
              JaegerExporter.builder()
                  .endpoint(collector.jaegerEndpoint())
                  .compression(Gzip.fast())
                  .build(),
              batch());
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      collector.stop();
      List<String> lines = collector.lines(Signal.TRACES);
      assertThat(lines).hasSize(4);
      assertStored(lines.subList(0, 2));
      assertStored(lines.subList(2, 4));
    }
  }

  @Test
  void itStoresWhatCameOverUdp() throws Exception {
    try (OtelCollector collector = OtelCollector.start(directory)) {
      ExportResult result =
          export(
              JaegerAgentExporter.builder()
                  .agentHost("127.0.0.1")
                  .agentPort(collector.jaegerAgentPort())
                  .build(),
              batch());
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      collector.awaitLines(Signal.TRACES, 2);
      collector.stop();
      assertStored(collector.lines(Signal.TRACES));
    }
  }

  @Test
  void whatItRefusesIsPermanent() throws Exception {
    try (OtelCollector collector = OtelCollector.start(directory)) {
      ExportResult result =
          export(
              JaegerExporter.builder().endpoint(collector.jaegerEndpoint() + "/nowhere").build(),
              batch());
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.statusCode()).hasValue(404);
      collector.stop();
      assertThat(collector.lines(Signal.TRACES)).isEmpty();
    }
  }

  private static void assertStored(List<String> lines) throws Exception {
    Map<String, JsonNode> spans = new TreeMap<>();
    Map<String, String> services = new TreeMap<>();
    for (String line : lines) {
      for (JsonNode resource : JSON.readTree(line).path("resourceSpans")) {
        String service = attribute(resource.path("resource"), "service.name").asText();
        for (JsonNode scope : resource.path("scopeSpans")) {
          for (JsonNode span : scope.path("spans")) {
            spans.put(span.path("name").asText(), span);
            services.put(span.path("name").asText(), service);
          }
        }
      }
    }
    assertThat(services)
        .isEqualTo(Map.of("GET /orders", "shop", "SELECT", "shop", "consume", "billing"));

    JsonNode server = spans.get("GET /orders");
    assertThat(server.path("traceId").asText()).isEqualTo(LONG_ID);
    assertThat(server.path("spanId").asText()).isEqualTo("0000000000000001");
    assertThat(server.path("parentSpanId").asText()).isEqualTo("00000000000000aa");
    assertThat(server.path("kind").asInt()).isEqualTo(2);
    assertThat(server.path("startTimeUnixNano").asText()).isEqualTo(String.valueOf(START));
    assertThat(server.path("endTimeUnixNano").asText())
        .isEqualTo(String.valueOf(START + 250_001_000L));
    assertThat(server.path("status").path("code").asInt()).isEqualTo(2);
    assertThat(server.path("status").path("message").asText()).isEqualTo("no stock");
    assertThat(attribute(server, "text").asText()).isEqualTo("Ünïcödé 😀");
    assertThat(attribute(server, "count").asText()).isEqualTo("-7");
    assertThat(attribute(server, "ratio").asDouble()).isEqualTo(0.5);
    assertThat(attribute(server, "ok").asBoolean()).isTrue();
    assertThat(attribute(server, "list").asText()).isEqualTo("[\"a\",\"b\"]");
    JsonNode event = server.path("events").path(0);
    assertThat(event.path("name").asText()).isEqualTo("cache miss");
    assertThat(event.path("timeUnixNano").asText()).isEqualTo(String.valueOf(START + 5_000));
    assertThat(attribute(event, "key").asText()).isEqualTo("order-7");
    JsonNode link = server.path("links").path(0);
    assertThat(link.path("traceId").asText()).isEqualTo(SHORT_ID);
    assertThat(link.path("spanId").asText()).isEqualTo("00000000000000bb");

    JsonNode client = spans.get("SELECT");
    assertThat(client.path("parentSpanId").asText()).isEqualTo("0000000000000001");
    assertThat(client.path("kind").asInt()).isEqualTo(3);
    JsonNode consumer = spans.get("consume");
    assertThat(consumer.path("traceId").asText()).isEqualTo(SHORT_ID);
    assertThat(consumer.path("kind").asInt()).isEqualTo(5);
    assertThat(consumer.path("parentSpanId").asText()).isEmpty();
  }

  /** The one value of an attribute. */
  private static JsonNode attribute(JsonNode owner, String key) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode attribute : owner.path("attributes")) {
      if (attribute.path("key").asText().equals(key)) {
        attribute.path("value").elements().forEachRemaining(found::add);
      }
    }
    assertThat(found).as(key).hasSize(1);
    return found.get(0);
  }

  private static Batch batch() {
    Resource shop = Resource.create(Attributes.builder().put("service.name", "shop").build());
    Resource billing = Resource.create(Attributes.builder().put("service.name", "billing").build());
    SpanData server =
        span(LONG_ID, "0000000000000001", "GET /orders", SpanKind.SERVER, shop)
            .setParentSpanContext(context(LONG_ID, "00000000000000aa"))
            .setEndEpochNanos(START + 250_001_000L)
            .setStatus(StatusData.create(StatusCode.ERROR, "no stock"))
            .setAttributes(
                Attributes.builder()
                    .put("text", "Ünïcödé 😀")
                    .put("count", -7)
                    .put("ratio", 0.5)
                    .put("ok", true)
                    .put("list", "a", "b")
                    .build())
            .setEvents(
                List.of(
                    EventData.create(
                        START + 5_000,
                        "cache miss",
                        Attributes.builder().put("key", "order-7").build())))
            .setLinks(List.of(LinkData.create(context(SHORT_ID, "00000000000000bb"))))
            .build();
    SpanData client =
        span(LONG_ID, "0000000000000002", "SELECT", SpanKind.CLIENT, shop)
            .setParentSpanContext(context(LONG_ID, "0000000000000001"))
            .build();
    SpanData consumer =
        span(SHORT_ID, "0000000000000003", "consume", SpanKind.CONSUMER, billing).build();
    return Batch.traces(List.of(server, client, consumer));
  }

  private static TestSpanData.Builder span(
      String traceId, String spanId, String name, SpanKind kind, Resource resource) {
    return TestSpanData.builder()
        .setSpanContext(context(traceId, spanId))
        .setName(name)
        .setKind(kind)
        .setResource(resource)
        .setStartEpochNanos(START)
        .setEndEpochNanos(START + 1_000)
        .setStatus(StatusData.unset())
        .setHasEnded(true);
  }

  private static SpanContext context(String traceId, String spanId) {
    return SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  private static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    try (exporter) {
      return exporter
          .export(batch, ExportContext.none())
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }
}
