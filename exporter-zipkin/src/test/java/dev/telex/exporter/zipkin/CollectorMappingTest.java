/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static dev.telex.exporter.zipkin.MappedSpans.TRACE_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

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
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import zipkin2.Annotation;
import zipkin2.Endpoint;
import zipkin2.Span;

/** As {@code from_translator.go} has it. */
class CollectorMappingTest {

  private static final SpanContext STATEFUL =
      SpanContext.create(
          TRACE_ID,
          "b7ad6b7169203331",
          TraceFlags.getSampled(),
          TraceState.builder().put("second", "2").put("first", "1").build());

  @Test
  void attributesOfTheResourceAreTags() {
    Span span =
        read(
            builder ->
                builder
                    .setKind(SpanKind.SERVER)
                    .setResource(
                        resource("service.name", "Shop", "host.name", "h1", "k", "resource"))
                    .setInstrumentationScopeInfo(
                        InstrumentationScopeInfo.builder("tomcat")
                            .setVersion("1.2")
                            .setAttributes(attributes("k", "scope", "own", "scope"))
                            .build())
                    .setAttributes(attributes("k", "span"))
                    .setTotalAttributeCount(9));
    assertThat(span.localServiceName()).isEqualTo("shop");
    assertThat(span.tags())
        .containsOnly(
            entry("host.name", "h1"),
            entry("k", "span"),
            entry("own", "scope"),
            entry("otel.library.name", "tomcat"),
            entry("otel.library.version", "1.2"));
  }

  @ParameterizedTest
  @CsvSource({
    "faas.name, true",
    "k8s.deployment.name, true",
    "process.executable.name, true",
    "host.name, false",
  })
  void anotherAttributeMayStandInForTheServiceName(String key, boolean standsIn) {
    Span span =
        read(b -> b.setKind(SpanKind.SERVER).setResource(resource(key, "Worker", "x", "y")));
    if (standsIn) {
      assertThat(span.localServiceName()).isEqualTo("worker");
      assertThat(span.tags()).containsOnly(entry("x", "y"), entry("otlp.service.name.source", key));
    } else {
      assertThat(span.localServiceName()).isEqualTo("otlpresourcenoservicename");
      assertThat(span.tags()).containsOnly(entry("x", "y"), entry(key, "Worker"));
    }
  }

  @Test
  void endpointsAreTakenOutOfTheTags() {
    Span span =
        read(
            builder ->
                builder
                    .setKind(SpanKind.SERVER)
                    .setAttributes(
                        Attributes.builder()
                            .put("peer.service", "Browser")
                            .put("network.peer.address", "10.0.0.9")
                            .put("net.peer.port", 4711L)
                            .put("network.local.address", "2001:db8::1")
                            .put("net.host.port", 8080L)
                            .put("k", "v")
                            .build()));
    assertThat(span.remoteEndpoint())
        .isEqualTo(Endpoint.newBuilder().serviceName("browser").ip("10.0.0.9").port(4711).build());
    assertThat(span.localEndpoint())
        .isEqualTo(Endpoint.newBuilder().serviceName("shop").ip("2001:db8::1").port(8080).build());
    assertThat(span.tags()).containsOnly(entry("k", "v"));
  }

  @Test
  void aPortAloneIsNoEndpoint() {
    Span span =
        read(
            b ->
                b.setKind(SpanKind.CLIENT)
                    .setAttributes(Attributes.builder().put("net.peer.port", 4711L).build()));
    assertThat(span.remoteEndpoint()).isNull();
    assertThat(span.tags()).isEmpty();
  }

  @Test
  void theAddressOfThisHostIsNotKnown() {
    Span span =
        MappedSpans.read(ZipkinDialect.COLLECTOR, "10.1.2.3", MappedSpans.span(builder -> builder));
    assertThat(span.localEndpoint().ipv4()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "UNSET, '', x, null, null, null",
        "OK, '', x, STATUS_CODE_OK, null, null",
        "OK, said, false, STATUS_CODE_OK, said, null",
        "ERROR, '', false, STATUS_CODE_ERROR, null, true",
        "ERROR, no stock, x, STATUS_CODE_ERROR, no stock, true",
      })
  void aStatusIsThreeTags(
      StatusCode code,
      String description,
      String attribute,
      @Nullable String codeTag,
      @Nullable String descriptionTag,
      @Nullable String errorTag) {
    Span span =
        read(
            builder ->
                builder
                    .setStatus(StatusData.create(code, description))
                    .setAttributes(attributes("error", attribute)));
    assertThat(span.tags().get("otel.status_code")).isEqualTo(codeTag);
    assertThat(span.tags().get("otel.status_description")).isEqualTo(descriptionTag);
    assertThat(span.tags().get("error")).isEqualTo(errorTag);
  }

  @Test
  void theRestHasTagsOfItsOwn() {
    Span span =
        read(
            builder ->
                builder
                    .setSpanContext(STATEFUL)
                    .setKind(SpanKind.INTERNAL)
                    .setLinks(
                        List.of(
                            LinkData.create(STATEFUL, attributes("k", "v"), 3),
                            LinkData.create(SpanContext.getInvalid())))
                    .setEvents(
                        List.of(
                            EventData.create(1_000, "plain", Attributes.empty()),
                            EventData.create(2_000, "full", attributes("k", "v"), 3),
                            EventData.create(3_000, "empty", Attributes.empty(), 1))));
    String state = "first=1,second=2";
    assertThat(span.tags())
        .containsOnly(
            entry("span.kind", "internal"),
            entry("w3c.tracestate", state),
            entry("otlp.link.0", TRACE_ID + "|b7ad6b7169203331|" + state + "|{\"k\":\"v\"}|2"),
            entry("otlp.link.1", "|||{}|0"));
    assertThat(span.annotations())
        .containsExactly(
            Annotation.create(1, "plain"),
            Annotation.create(2, "full|{\"k\":\"v\"}|2"),
            Annotation.create(3, "empty|{}|1"));
  }

  private static Resource resource(String... pairs) {
    return Resource.create(attributes(pairs));
  }

  private static Attributes attributes(String... pairs) {
    var attributes = Attributes.builder();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.put(pairs[i], pairs[i + 1]);
    }
    return attributes.build();
  }

  private static Span read(UnaryOperator<TestSpanData.Builder> more) {
    return MappedSpans.read(ZipkinDialect.COLLECTOR, more);
  }
}
