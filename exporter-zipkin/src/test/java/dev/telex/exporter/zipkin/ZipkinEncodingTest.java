/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.telex.exporter.Batch;
import dev.telex.exporter.EncodingException;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is on the wire, where Zipkin's codec would not tell the difference, and the value itself.
 */
class ZipkinEncodingTest {

  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @Test
  void writesWhatTheApiDescribes() throws Exception {
    SpanData span =
        MappedSpans.span(
            builder ->
                builder
                    .setName("GET /Orders/Ü")
                    .setKind(SpanKind.CLIENT)
                    .setAttributes(
                        Attributes.builder()
                            .put("network.peer.address", "2001:db8::5")
                            .put("network.peer.port", 443L)
                            .build())
                    .setEvents(List.of(EventData.create(7_000, "sent", Attributes.empty()))));
    assertThat(json(span))
        .isEqualTo(
            "[{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"id\":\"b7ad6b7169203331\","
                + "\"kind\":\"CLIENT\",\"name\":\"get /orders/\\u00fc\","
                + "\"timestamp\":1700000000000001,\"duration\":2001,"
                + "\"localEndpoint\":{\"serviceName\":\"shop\",\"ipv4\":\"10.1.2.3\"},"
                + "\"remoteEndpoint\":{\"ipv6\":\"2001:db8:0:0:0:0:0:5\",\"port\":443},"
                + "\"annotations\":[{\"timestamp\":7,\"value\":\"sent\"}],"
                + "\"tags\":{\"network.peer.address\":\"2001:db8::5\","
                + "\"network.peer.port\":\"443\"}}]");
  }

  @Test
  void leavesOutWhatIsEmpty() throws Exception {
    SpanData span =
        MappedSpans.span(
            builder -> builder.setName("").setStartEpochNanos(0).setKind(SpanKind.INTERNAL));
    assertThat(json(span))
        .isEqualTo(
            "[{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"id\":\"b7ad6b7169203331\","
                + "\"localEndpoint\":{\"serviceName\":\"shop\",\"ipv4\":\"10.1.2.3\"}}]");
  }

  @Test
  void anEmptyBatchIsAnEmptyList() {
    assertThat(encoding(ZipkinFormat.JSON).encode(Batch.traces(List.of())).toByteArray())
        .isEqualTo("[]".getBytes(StandardCharsets.US_ASCII));
    assertThat(encoding(ZipkinFormat.PROTOBUF).encode(Batch.traces(List.of())).toByteArray())
        .isEmpty();
  }

  @Test
  void theJsonIsAsciiAndHasNoKeyTwice() throws Exception {
    for (ZipkinDialect dialect : ZipkinDialect.values()) {
      for (long seed = 0; seed < 40; seed++) {
        List<SpanData> spans = TestSpans.of(seed, 8);
        byte[] json =
            new ZipkinEncoding(ZipkinFormat.JSON, dialect, null)
                .encode(Batch.traces(spans))
                .toByteArray();
        for (byte b : json) {
          assertThat(b).isGreaterThanOrEqualTo((byte) ' ');
        }
        // Keys that are no valid Unicode become the same question mark.
        String wellFormed = new String(json, StandardCharsets.US_ASCII).replace("\"?\":", "\"!\":");
        JsonNode read =
            (wellFormed.contains("\"!\":") ? new ObjectMapper() : STRICT).readTree(wellFormed);
        assertThat(read).hasSameSizeAs(spans);
      }
    }
  }

  @Test
  void anAttributeNamedAsATagOfOursIsOneTagWithIt() throws Exception {
    SpanData span =
        MappedSpans.span(
            builder ->
                builder
                    .setStatus(StatusData.create(StatusCode.ERROR, "no stock"))
                    .setAttributes(
                        Attributes.builder()
                            .put("otel.status_code", "mine")
                            .put("error", "mine")
                            .build()));
    JsonNode tags = STRICT.readTree(json(span)).get(0).get("tags");
    assertThat(tags).hasToString("{\"error\":\"no stock\",\"otel.status_code\":\"ERROR\"}");
  }

  @Test
  void aSpanWithoutValidIdsCannotBeEncoded() {
    for (String traceId : List.of("0".repeat(32), "xyz", "\"".repeat(32))) {
      Batch batch = Batch.traces(List.of(new OtherIds(MappedSpans.span(s -> s), traceId)));
      assertThatThrownBy(() -> batch.encoded(encoding(ZipkinFormat.PROTOBUF)))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("zipkin-protobuf(specification)")
          .hasMessageContaining("'" + traceId + "' and 'b7ad6b7169203331'");
    }
  }

  @Test
  void aValueThatNestsWithoutEndCannotBeEncoded() {
    Value<?> nested = Value.of(1);
    for (int i = 0; i < 100_000; i++) {
      nested = Value.of(List.of(nested));
    }
    Attributes attributes = Attributes.of(AttributeKey.valueKey("k"), nested);
    Batch batch =
        Batch.traces(List.of(MappedSpans.span(builder -> builder.setAttributes(attributes))));
    assertThatThrownBy(() -> batch.encoded(encoding(ZipkinFormat.JSON)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("nests deeper than 200");
  }

  @Test
  void aValueMayNest200Deep() throws Exception {
    Value<?> nested = Value.of(1);
    for (int i = 0; i < 200; i++) {
      nested = Value.of(List.of(nested));
    }
    Attributes attributes = Attributes.of(AttributeKey.valueKey("k"), nested);
    assertThat(json(MappedSpans.span(builder -> builder.setAttributes(attributes))))
        .contains("\"k\":\"" + "[".repeat(200) + "1" + "]".repeat(200) + "\"");
  }

  @Test
  void isComparedByAllThatChangesItsBytes() {
    ZipkinEncoding one = encoding(ZipkinFormat.JSON);
    assertThat(one)
        .isEqualTo(encoding(ZipkinFormat.JSON))
        .isNotEqualTo(encoding(ZipkinFormat.PROTOBUF))
        .isNotEqualTo(new ZipkinEncoding(ZipkinFormat.JSON, ZipkinDialect.SPECIFICATION, null))
        .isNotEqualTo(
            new ZipkinEncoding(ZipkinFormat.JSON, ZipkinDialect.COLLECTOR, one.localAddress()))
        .hasToString("zipkin-json(specification)");
    assertThat(one.signals()).containsExactly(Signal.TRACES);
    assertThat(one.contentType()).isEqualTo("application/json");
    // The Collector's dialect writes no address, whatever it is.
    assertThat(new ZipkinEncoding(ZipkinFormat.JSON, ZipkinDialect.COLLECTOR, one.localAddress()))
        .isEqualTo(new ZipkinEncoding(ZipkinFormat.JSON, ZipkinDialect.COLLECTOR, null));
  }

  private static String json(SpanData span) throws Exception {
    byte[] json = encoding(ZipkinFormat.JSON).encode(Batch.traces(List.of(span))).toByteArray();
    return new String(json, StandardCharsets.US_ASCII);
  }

  private static ZipkinEncoding encoding(ZipkinFormat format) {
    return new ZipkinEncoding(format, ZipkinDialect.SPECIFICATION, IpLiterals.parse("10.1.2.3"));
  }

  /** An id as only a hand-made span has it. */
  private static final class OtherIds extends DelegatingSpanData {
    private final String traceId;

    OtherIds(SpanData span, String traceId) {
      super(span);
      this.traceId = traceId;
    }

    @Override
    public String getTraceId() {
      return traceId;
    }
  }
}
