/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static dev.telex.exporter.zipkin.MappedSpans.TRACE_ID;
import static dev.telex.exporter.zipkin.MappedSpans.context;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import zipkin2.Annotation;
import zipkin2.Endpoint;
import zipkin2.Span;

/** By the tables and examples of the specification. */
class SpecificationMappingTest {

  private static final List<String> RANKING =
      List.of(
          "peer.service",
          "server.address",
          "net.peer.name",
          "network.peer.address",
          "server.socket.domain",
          "server.socket.address",
          "net.sock.peer.name",
          "net.sock.peer.addr",
          "peer.hostname",
          "peer.address",
          "db.name");

  // --- Ids, kind, name, times ---

  @Test
  void aTraceIdOf64BitsHas16Digits() {
    assertThat(read(span -> span).traceId()).isEqualTo(TRACE_ID);
    assertThat(read(span -> span.setSpanContext(context("0".repeat(16) + "8448eb211c80319c"))))
        .extracting(Span::traceId)
        .isEqualTo("8448eb211c80319c");
  }

  @Test
  void aRootSpanHasNoParent() {
    assertThat(read(span -> span).parentId()).isNull();
    assertThat(
            read(span ->
                    span.setParentSpanContext(
                        SpanContext.create(
                            TRACE_ID,
                            "00f067aa0ba902b7",
                            TraceFlags.getDefault(),
                            TraceState.getDefault())))
                .parentId())
        .isEqualTo("00f067aa0ba902b7");
  }

  @ParameterizedTest
  @EnumSource(SpanKind.class)
  void aKindIsThatOfTheSameNameOrNone(SpanKind kind) {
    Span span = read(builder -> builder.setKind(kind));
    assertThat(span.kind() == null ? "INTERNAL" : span.kind().name()).isEqualTo(kind.name());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 2234, 1, 1",
    "1700000000000001999, 1700000000002003998, 1700000000000001, 2001",
    "1700000000000000000, 1700000000000000999, 1700000000000000, 1",
    "1700000000000000000, 1700000000000000000, 1700000000000000, 1",
    "1700000000000000000, 1699999999999999000, 1700000000000000, 1",
    "1700000000000000000, 0, 1700000000000000, 0",
    "0, 1700000000000000000, 0, 0",
    "-1, 1700000000000000000, 0, 0",
    "999, 5999, 0, 5",
  })
  void timesAreWholeMicroseconds(long start, long end, long timestamp, long duration) {
    Span span = read(builder -> builder.setStartEpochNanos(start).setEndEpochNanos(end));
    assertThat(span.timestampAsLong()).isEqualTo(timestamp);
    assertThat(span.durationAsLong()).isEqualTo(duration);
  }

  // --- Endpoints ---

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, null, null",
        "10.1.2.3, 10.1.2.3, null",
        "2001:DB8:0:0::1, null, 2001:db8::1",
        "::ffff:10.1.2.3, 10.1.2.3, null",
      })
  void theLocalEndpointIsTheServiceAndTheAddress(
      @Nullable String address, @Nullable String ipv4, @Nullable String ipv6) {
    Span span = MappedSpans.read(ZipkinDialect.SPECIFICATION, address, MappedSpans.span(s -> s));
    assertThat(span.localServiceName()).isEqualTo("shop");
    assertThat(span.localEndpoint().ipv4()).isEqualTo(ipv4);
    assertThat(span.localEndpoint().ipv6()).isEqualTo(ipv6);
  }

  @Test
  void withoutAServiceNameItIsThatOfTheDefaultResource() {
    for (Resource resource :
        List.of(
            Resource.empty(),
            Resource.create(Attributes.builder().put("service.name", "").build()))) {
      assertThat(read(span -> span.setResource(resource)).localServiceName())
          .isEqualTo(Resource.getDefault().getAttribute(AttributeKey.stringKey("service.name")));
    }
  }

  @Test
  void theNamespaceIsATagAndNotInTheServiceName() {
    Resource resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", "Shop")
                .put("service.namespace", "Europe")
                .put("host.name", "h1")
                .build());
    Span span = read(builder -> builder.setResource(resource));
    assertThat(span.localServiceName()).isEqualTo("shop");
    assertThat(span.tags()).containsOnly(entry("service.namespace", "Europe"));
  }

  @Test
  void eachSpanHasTheResourceOfItsOwn() {
    Resource other = Resource.create(Attributes.builder().put("service.name", "other").build());
    Batch batch =
        Batch.traces(
            List.of(
                MappedSpans.span(span -> span),
                MappedSpans.span(span -> span.setResource(other)),
                MappedSpans.span(span -> span)));
    assertThat(
            ZipkinFixture.decode(
                ZipkinFormat.JSON,
                new ZipkinEncoding(ZipkinFormat.JSON, ZipkinDialect.SPECIFICATION, null)
                    .encode(batch)
                    .toByteArray()))
        .extracting(Span::localServiceName)
        .containsExactly("shop", "other", "shop");
  }

  @Test
  void theFirstPeerOfTheRankingIsTheRemoteEndpoint() {
    // Of all there are, then of all but the first, and so on.
    for (int first = 0; first < RANKING.size(); first++) {
      AttributesBuilder attributes = Attributes.builder();
      for (String key : RANKING.subList(first, RANKING.size())) {
        attributes.put(key, "the-" + key);
      }
      // What is empty does not count.
      RANKING.subList(0, first).forEach(key -> attributes.put(key, ""));
      Span span = client(attributes.build());
      assertThat(span.remoteServiceName()).isEqualTo("the-" + RANKING.get(first));
      assertThat(span.tags()).as("all stay tags").hasSize(RANKING.size());
    }
  }

  static Stream<Arguments> peers() {
    return Stream.of(
        Arguments.of("peer.service", "Orders", null, "orders", null, null, 0),
        Arguments.of("server.address", "10.0.0.1", null, "10.0.0.1", null, null, 0),
        Arguments.of("network.peer.address", "10.0.0.1", null, null, "10.0.0.1", null, 0),
        Arguments.of(
            "network.peer.address", "10.0.0.1", "network.peer.port=80", null, "10.0.0.1", null, 80),
        Arguments.of(
            "network.peer.address",
            "2001:DB8::1",
            "network.peer.port=65535",
            null,
            null,
            "2001:db8::1",
            65535),
        Arguments.of(
            "network.peer.address",
            "fe80::1%eth0",
            "network.peer.port=65536",
            null,
            null,
            "fe80::1",
            0),
        Arguments.of(
            "network.peer.address", "10.0.0.1", "network.peer.port=-1", null, "10.0.0.1", null, 0),
        Arguments.of(
            "network.peer.address", "10.0.0.1", "server.socket.port=80", null, "10.0.0.1", null, 0),
        Arguments.of(
            "network.peer.address",
            "/run/pg.sock",
            "network.peer.port=80",
            "/run/pg.sock",
            null,
            null,
            0),
        Arguments.of(
            "server.socket.address",
            "10.0.0.1",
            "server.socket.port=81",
            null,
            "10.0.0.1",
            null,
            81),
        Arguments.of(
            "net.sock.peer.addr", "10.0.0.1", "net.sock.peer.port=82", null, "10.0.0.1", null, 82),
        Arguments.of("peer.address", "10.0.0.1", null, null, "10.0.0.1", null, 0),
        Arguments.of("peer.address", "db:5432", null, "db:5432", null, null, 0));
  }

  @ParameterizedTest
  @MethodSource("peers")
  void aPeerIsANameOrASocket(
      String key,
      String value,
      @Nullable String port,
      @Nullable String serviceName,
      @Nullable String ipv4,
      @Nullable String ipv6,
      int expectedPort) {
    AttributesBuilder attributes = Attributes.builder().put(key, value);
    if (port != null) {
      attributes.put(port.replaceFirst("=.*", ""), Long.parseLong(port.replaceFirst(".*=", "")));
    }
    Endpoint remote = client(attributes.build()).remoteEndpoint();
    assertThat(remote.serviceName()).isEqualTo(serviceName);
    assertThat(remote.ipv4()).isEqualTo(ipv4);
    assertThat(remote.ipv6()).isEqualTo(ipv6);
    assertThat(remote.portAsInt()).isEqualTo(expectedPort);
  }

  @ParameterizedTest
  @EnumSource(SpanKind.class)
  void onlyCallersHaveARemoteEndpoint(SpanKind kind) {
    Span span =
        read(
            b ->
                b.setKind(kind)
                    .setAttributes(Attributes.builder().put("peer.service", "p").build()));
    boolean calls = kind == SpanKind.CLIENT || kind == SpanKind.PRODUCER;
    assertThat(span.remoteServiceName()).isEqualTo(calls ? "p" : null);
    assertThat(client(Attributes.empty()).remoteEndpoint()).isNull();
  }

  // --- Tags ---

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(text("a\"b"), "a\"b"),
        Arguments.of(text(""), ""),
        Arguments.of(builder().put("k", true).build(), "true"),
        Arguments.of(builder().put("k", Long.MIN_VALUE).build(), "-9223372036854775808"),
        Arguments.of(builder().put("k", 1234567.5).build(), "1234567.5"),
        Arguments.of(builder().put("k", Double.NaN).build(), "NaN"),
        Arguments.of(
            builder().put("k", "a", "b\n\"\u0001ü").build(), "[\"a\",\"b\\n\\\"\\u0001ü\"]"),
        Arguments.of(builder().put("k", 1L, -2L).build(), "[1,-2]"),
        Arguments.of(builder().put("k", true, false).build(), "[true,false]"),
        Arguments.of(
            builder().put("k", 1.5, Double.NEGATIVE_INFINITY).build(), "[1.5,\"-Infinity\"]"),
        Arguments.of(builder().put(AttributeKey.longArrayKey("k"), List.of()).build(), "[]"),
        Arguments.of(value(Value.of("plain")), "plain"),
        Arguments.of(value(Value.of(7)), "7"),
        Arguments.of(value(Value.empty()), ""),
        Arguments.of(value(Value.of(new byte[] {1, 2, (byte) 0xff})), "AQL/"),
        Arguments.of(
            value(Value.of(Value.of("a"), Value.empty(), Value.of(new byte[] {1}))),
            "[\"a\",null,\"AQ==\"]"),
        Arguments.of(
            value(
                Value.of(
                    KeyValue.of("one", Value.of(1)),
                    KeyValue.of("none", Value.empty()),
                    KeyValue.of("more", Value.of(KeyValue.of("a\\", Value.of(true)))))),
            "{\"one\":1,\"none\":null,\"more\":{\"a\\\\\":true}}"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesAreText(Attributes attributes, String text) {
    assertThat(read(span -> span.setAttributes(attributes)).tags()).containsOnly(entry("k", text));
  }

  @Test
  void scopeAndCountsAreTags() {
    Span span =
        read(
            builder ->
                builder
                    .setInstrumentationScopeInfo(
                        InstrumentationScopeInfo.builder("tomcat")
                            .setVersion("1.2")
                            .setAttributes(
                                Attributes.builder().put("own", "scope").put("k", "scope").build())
                            .build())
                    .setAttributes(
                        Attributes.builder()
                            .put("k", "span")
                            .put("otel.scope.name", "span")
                            .build())
                    .setTotalAttributeCount(5)
                    .setTotalRecordedEvents(7)
                    .setLinks(List.of(LinkData.create(context(TRACE_ID))))
                    .setTotalRecordedLinks(10));
    assertThat(span.tags())
        .containsOnly(
            entry("k", "span"),
            entry("own", "scope"),
            entry("otel.scope.name", "tomcat"),
            entry("otel.scope.version", "1.2"),
            entry("otel.library.name", "tomcat"),
            entry("otel.library.version", "1.2"),
            entry("otel.dropped_attributes_count", "3"),
            entry("otel.dropped_events_count", "7"),
            entry("otel.dropped_links_count", "9"));
  }

  static Stream<Arguments> statuses() {
    Attributes none = Attributes.empty();
    Attributes no = builder().put("error", false).build();
    Attributes noAsText = builder().put("error", "false").build();
    Attributes yes = builder().put("error", true).build();
    Attributes words = builder().put("error", "timeout").build();
    StatusData error = StatusData.error();
    StatusData described = StatusData.create(StatusCode.ERROR, "no stock");
    return Stream.of(
        Arguments.of(StatusData.unset(), none, null, null),
        Arguments.of(StatusData.unset(), no, null, null),
        Arguments.of(StatusData.unset(), noAsText, null, null),
        Arguments.of(StatusData.unset(), yes, null, "true"),
        Arguments.of(StatusData.unset(), words, null, "timeout"),
        Arguments.of(StatusData.ok(), none, "OK", null),
        Arguments.of(StatusData.ok(), no, "OK", null),
        Arguments.of(StatusData.create(StatusCode.OK, "said"), none, "OK", null),
        Arguments.of(error, none, "ERROR", ""),
        Arguments.of(error, no, "ERROR", ""),
        Arguments.of(error, noAsText, "ERROR", ""),
        Arguments.of(error, words, "ERROR", "timeout"),
        Arguments.of(described, none, "ERROR", "no stock"),
        Arguments.of(described, noAsText, "ERROR", "no stock"),
        Arguments.of(described, words, "ERROR", "no stock"));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void aStatusIsTwoTags(
      StatusData status, Attributes attributes, @Nullable String code, @Nullable String error) {
    Span span = read(builder -> builder.setStatus(status).setAttributes(attributes));
    assertThat(span.tags().get("otel.status_code")).isEqualTo(code);
    assertThat(span.tags().get("error")).isEqualTo(error);
    assertThat(span.tags()).hasSize((code == null ? 0 : 1) + (error == null ? 0 : 1));
  }

  // --- Annotations ---

  @Test
  void anEventIsAnAnnotation() {
    Attributes attributes =
        Attributes.builder().put("key1", "value1").put("n", 2L).put("list", "a", "b").build();
    Span span =
        read(
            builder ->
                builder.setEvents(
                    List.of(
                        EventData.create(1_999, "plain \"name\"", Attributes.empty()),
                        EventData.create(2_000, "my-\"event\"", attributes),
                        EventData.create(3_000, "all dropped", Attributes.empty(), 4),
                        EventData.create(4_000, "some dropped", attributes, 5))));
    assertThat(span.annotations())
        .containsExactly(
            Annotation.create(1, "plain \"name\""),
            Annotation.create(
                2, "\"my-\\\"event\\\"\":{\"key1\":\"value1\",\"list\":[\"a\",\"b\"],\"n\":2}"),
            Annotation.create(3, "\"all dropped\":{\"otel.dropped_attributes_count\":4}"),
            Annotation.create(
                4,
                "\"some dropped\":{\"key1\":\"value1\",\"list\":[\"a\",\"b\"],\"n\":2,"
                    + "\"otel.dropped_attributes_count\":2}"));
  }

  private static AttributesBuilder builder() {
    return Attributes.builder();
  }

  private static Attributes text(String value) {
    return builder().put("k", value).build();
  }

  private static Attributes value(Value<?> value) {
    return builder().put(AttributeKey.valueKey("k"), value).build();
  }

  private static Span client(Attributes attributes) {
    return read(span -> span.setKind(SpanKind.CLIENT).setAttributes(attributes));
  }

  private static Span read(UnaryOperator<TestSpanData.Builder> more) {
    return MappedSpans.read(ZipkinDialect.SPECIFICATION, more);
  }
}
