/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpProtobufTest {

  @Test
  void anEmptyBatchIsAnEmptyMessage() {
    assertThat(encode(Batch.traces(List.of()))).isEmpty();
    assertThat(encode(Batch.metrics(List.of()))).isEmpty();
    assertThat(encode(Batch.logs(List.of()))).isEmpty();
  }

  @Test
  void aMetricWithoutPointsLeavesNoEnvelope() throws Exception {
    Resource other = Resource.create(Attributes.of(stringKey("r"), "2"));
    InstrumentationScopeInfo scope = InstrumentationScopeInfo.create("s");

    assertThat(encode(Batch.metrics(List.of(gauge(other, scope, "none", 0))))).isEmpty();

    List<ResourceMetrics> written =
        Decoded.metrics(
                gauge(other, scope, "none", 0),
                gauge(Resource.empty(), InstrumentationScopeInfo.empty(), "none", 0),
                gauge(Resource.empty(), scope, "some", 1),
                gauge(Resource.empty(), scope, "none", 0))
            .getResourceMetricsList();
    assertThat(written).hasSize(1);
    assertThat(written.get(0).getScopeMetricsList()).hasSize(1);
    assertThat(written.get(0).getScopeMetrics(0).getMetricsList())
        .extracting("name")
        .containsExactly("some");
  }

  @Test
  void groupsByResourceAndScopeInTheOrderOfTheirFirstAppearance() throws Exception {
    List<SpanData> spans = new ArrayList<>();
    Set<String> wanted = new LinkedHashSet<>();
    // 12 resources with 12 scopes each: 7 and 5 visit all of them in another order.
    for (int i = 0; i < 1_000; i++) {
      String resource = "r" + i * 7 % 12;
      String scope = "s" + i * 5 % 11;
      spans.add(
          span()
              .setName(resource + scope + " " + i)
              // New objects each time: they are grouped by what they are equal to.
              .setResource(Resource.create(Attributes.of(stringKey("r"), resource)))
              .setInstrumentationScopeInfo(InstrumentationScopeInfo.create(scope))
              .build());
      wanted.add(resource + scope);
    }

    List<ResourceSpans> written =
        Decoded.traces(spans.toArray(SpanData[]::new)).getResourceSpansList();

    List<String> resources = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (ResourceSpans byResource : written) {
      String resource = byResource.getResource().getAttributes(0).getValue().getStringValue();
      resources.add(resource);
      byResource
          .getScopeSpansList()
          .forEach(
              byScope -> {
                String group = resource + byScope.getScope().getName();
                groups.add(group);
                assertThat(byScope.getSpansList())
                    .extracting(Span::getName)
                    .containsExactlyElementsOf(
                        spans.stream()
                            .map(SpanData::getName)
                            .filter(name -> name.startsWith(group + " "))
                            .toList());
              });
    }
    assertThat(groups).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(resources)
        .containsExactlyElementsOf(
            wanted.stream().map(group -> group.replaceFirst("s.*", "")).distinct().toList());
    for (String resource : resources) {
      assertThat(groups.stream().filter(group -> group.startsWith(resource + "s")))
          .containsExactlyElementsOf(
              wanted.stream().filter(group -> group.startsWith(resource + "s")).toList());
    }
  }

  @Test
  void textOfEveryLengthAndWithAnyCharacterAnywhere() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int length = 0; length <= 140; length++) {
      texts.add("x".repeat(length));
    }
    for (String special : List.of("\u007f", "\u0080", "ä", "\u0142", "日", "\ud83d\ude00")) {
      for (int at = 0; at < 40; at++) {
        texts.add("x".repeat(at) + special + "y".repeat(39 - at));
      }
    }
    // Low bytes that would pass for ASCII.
    texts.add("\u0141\u3042\u0130");
    texts.add("\ud83d");
    texts.add("\ude00");
    texts.add("\ude00\ud83d");
    texts.add("\ud83d\ud83d\ude00");
    texts.add("a\ud83d");
    texts.add("\ud83da");
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      all.append((char) c).append(c % 3 == 0 ? "-" : "");
    }
    texts.add(all.toString());

    for (String text : texts) {
      // The JDK puts a question mark for half a surrogate pair, and so do OpenTelemetry's
      // exporters.
      String wanted = new String(text.getBytes(UTF_8), UTF_8);
      Span span =
          only(
              span()
                  .setName(text)
                  .setAttributes(Attributes.of(stringKey("v"), text, stringKey("k" + text), "w"))
                  .setStatus(StatusData.create(io.opentelemetry.api.trace.StatusCode.OK, text))
                  .build());
      assertThat(span.getName()).isEqualTo(wanted);
      assertThat(span.getStatus().getMessage()).isEqualTo(wanted);
      assertThat(span.getAttributesList())
          .containsExactlyInAnyOrder(pair("v", wanted), pair("k" + wanted, "w"));
    }
  }

  @Test
  void moreKeysThanAreRemembered() throws Exception {
    AttributesBuilder attributes = Attributes.builder();
    List<KeyValue> wanted = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      String key = "k" + i + "x".repeat(i % 100);
      attributes.put(stringKey(key), "v" + i);
      wanted.add(pair(key, "v" + i));
    }
    SpanData span = span().setAttributes(attributes.build()).build();
    for (int round = 0; round < 5; round++) {
      assertThat(only(span).getAttributesList()).containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  @Test
  void keysOfOneNameAndSeveralTypes() throws Exception {
    SpanData text = span().setAttributes(Attributes.of(stringKey("same"), "1")).build();
    SpanData number = span().setAttributes(Attributes.of(AttributeKey.longKey("same"), 1L)).build();
    for (int round = 0; round < 3; round++) {
      assertThat(only(text).getAttributes(0)).isEqualTo(pair("same", "1"));
      assertThat(only(number).getAttributes(0))
          .isEqualTo(
              KeyValue.newBuilder()
                  .setKey("same")
                  .setValue(AnyValue.newBuilder().setIntValue(1))
                  .build());
    }
  }

  @Test
  void anArrayKeepsThePlacesOfNulls() throws Exception {
    SpanData span =
        span()
            .setAttributes(Attributes.of(stringArrayKey("a"), Arrays.asList("x", null, "y")))
            .build();
    assertThat(only(span).getAttributes(0).getValue().getArrayValue().getValuesList())
        .containsExactly(
            AnyValue.newBuilder().setStringValue("x").build(),
            AnyValue.getDefaultInstance(),
            AnyValue.newBuilder().setStringValue("y").build());
  }

  @Test
  void valuesNestUpToABound() throws Exception {
    AnyValue written =
        Decoded.logs(TestLogRecordData.builder().setBodyValue(nested(40)).build())
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecords(0)
            .getBody();
    int depth = 0;
    for (; written.hasArrayValue(); depth++) {
      written = written.getArrayValue().getValues(0);
    }
    assertThat(depth).isEqualTo(40);
    assertThat(written.getIntValue()).isEqualTo(1);

    Batch tooDeep =
        Batch.logs(List.of(TestLogRecordData.builder().setBodyValue(nested(1_001)).build()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encode(tooDeep))
        .withMessageContaining("1000 levels");
  }

  @Test
  void readsIdsOfEitherCaseAndRefusesOthers() throws Exception {
    assertThat(
            only(span()
                    .setSpanContext(context("0123456789ABCDEFabcdef9876543210", "a0b1C2D3e4f50617"))
                    .build())
                .getTraceId()
                .toByteArray())
        .isEqualTo(
            new byte[] {
              0x01,
              0x23,
              0x45,
              0x67,
              (byte) 0x89,
              (byte) 0xab,
              (byte) 0xcd,
              (byte) 0xef,
              (byte) 0xab,
              (byte) 0xcd,
              (byte) 0xef,
              (byte) 0x98,
              0x76,
              0x54,
              0x32,
              0x10
            });
    for (String bad :
        List.of(
            "",
            "0123",
            "g123456789abcdef",
            "0123456789abcde/",
            "0123456789abcde:",
            "0123456789abcd`f",
            "0123456789abcdé0",
            "0123456789abcdef0")) {
      Batch batch =
          Batch.traces(
              List.of(
                  span().setSpanContext(context("0123456789abcdef0123456789abcdef", bad)).build()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encode(batch))
          .withMessageContaining("id is '" + bad + "': want 16 hexadecimal digits");
    }
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void aHugeItemGrowsTheBufferAndLeavesTheNextMessageAlone(Signal signal) throws Exception {
    Batch small = batch(signal, 5, 3);
    byte[] before = encode(small);

    String huge = "ü".repeat(3 << 20);
    assertThat(only(span().setName(huge).build()).getName()).isEqualTo(huge);
    assertThat(encode(small)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void isTheSameEachTimeAndOnManyThreads(Signal signal) throws Exception {
    List<Batch> batches = new ArrayList<>();
    List<byte[]> wanted = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batches.add(batch(signal, i, 10 * i));
      wanted.add(encode(batches.get(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(12);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 12; thread++) {
        int first = thread;
        runs.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    int which = (first + i) % batches.size();
                    assertThat(encode(batches.get(which))).isEqualTo(wanted.get(which));
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void encodesInsideOfAnEncode() throws Exception {
    Batch inner = batch(Signal.LOGS, 1, 50);
    byte[] wanted = encode(inner);
    List<byte[]> made = new ArrayList<>();
    SpanData nosy =
        new DelegatingSpanData(span().setName("nosy").build()) {
          @Override
          public String getName() {
            made.add(encode(inner));
            return super.getName();
          }
        };
    SpanData plain = span().setName("plain").build();

    assertThat(
            Decoded.traces(plain, nosy, plain).getResourceSpans(0).getScopeSpans(0).getSpansList())
        .extracting(Span::getName)
        .containsExactly("plain", "nosy", "plain");
    assertThat(made).containsExactly(wanted);
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    SpanData broken =
        new DelegatingSpanData(span().build()) {
          @Override
          public String getName() {
            throw new IllegalStateException("broken");
          }
        };
    Batch good = batch(Signal.TRACES, 1, 10);
    byte[] before = encode(good);
    for (int i = 0; i < 20; i++) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> encode(Batch.traces(List.of(broken, span().build())))))
          .hasMessage("broken");
      assertThat(encode(good)).isEqualTo(before);
    }
  }

  private static byte[] encode(Batch batch) {
    return OtlpEncoding.PROTOBUF.encode(batch).toByteArray();
  }

  private static Batch batch(Signal signal, long seed, int size) {
    return switch (signal) {
      case TRACES -> Batch.traces(Telemetry.spans(seed, size));
      case METRICS -> Batch.metrics(Telemetry.metrics(seed, size));
      case LOGS -> Batch.logs(Telemetry.logs(seed, size));
    };
  }

  private static Span only(SpanData span) throws Exception {
    return Decoded.traces(span).getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private static TestSpanData.Builder span() {
    return TestSpanData.builder()
        .setName("span")
        .setKind(SpanKind.INTERNAL)
        .setStatus(StatusData.unset())
        .setHasEnded(true)
        .setStartEpochNanos(1)
        .setEndEpochNanos(2);
  }

  private static MetricData gauge(
      Resource resource, InstrumentationScopeInfo scope, String name, int points) {
    List<LongPointData> data = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      data.add(LongPointData.create(1, 2, Attributes.empty(), i));
    }
    return new TestMetric(
        resource,
        scope,
        name,
        "",
        "",
        MetricDataType.LONG_GAUGE,
        GaugeData.createLongGaugeData(data));
  }

  private static Value<?> nested(int depth) {
    Value<?> value = Value.of(1);
    for (int i = 0; i < depth; i++) {
      value = Value.of(List.<Value<?>>of(value));
    }
    return value;
  }

  private static KeyValue pair(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  /** A context that no rule of the API checked. */
  private static SpanContext context(String traceId, String spanId) {
    return new UncheckedContext(traceId, spanId);
  }

  private record UncheckedContext(String getTraceId, String getSpanId) implements SpanContext {
    @Override
    public TraceFlags getTraceFlags() {
      return TraceFlags.getDefault();
    }

    @Override
    public TraceState getTraceState() {
      return TraceState.getDefault();
    }

    @Override
    public boolean isRemote() {
      return false;
    }
  }
}
