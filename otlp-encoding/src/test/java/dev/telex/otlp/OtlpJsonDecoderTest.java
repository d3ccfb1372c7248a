/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonDecoderTest {

  private static final String TRACE = "5b8efff798038103d269b633813fc60c";
  private static final String SPAN = "eee19b7ec3c1b174";

  @Test
  void aSpanWithEverything() throws Exception {
    Batch batch =
        OtlpJsonDecoder.decode(
            bytes(
                """
                {"resourceSpans": [{
                  "scopeSpans": [{
                    "spans": [{
                      "kind": 3, "name": "GET", "flags": 769,
                      "traceId": "5B8EFFF798038103d269b633813fc60c", "spanId": "EEE19B7EC3C1B174",
                      "parentSpanId": "eee19b7ec3c1b173", "traceState": "a=1, b=2",
                      "startTimeUnixNano": 1544712660000000000,
                      "endTimeUnixNano": "1544712661000000000",
                      "droppedAttributesCount": 2, "droppedEventsCount": "3",
                      "droppedLinksCount": 4294967295, "fromTheFuture": {"a": [{"b": 1}]},
                      "events": [{"timeUnixNano": 7, "name": "e", "droppedAttributesCount": 1,
                                  "attributes": [{"key": "n", "value": {"intValue": "9"}}]}],
                      "links": [{"traceId": "5b8efff798038103d269b633813fc60c",
                                 "spanId": "eee19b7ec3c1b175", "flags": 256,
                                 "traceState": "c=3"}],
                      "status": {"code": 2, "message": "no"}, "attributes": null
                    }],
                    "schemaUrl": "urn:scope",
                    "scope": {"name": "lib", "version": "1", "droppedAttributesCount": 5,
                              "attributes": [{"key": "s", "value": {"boolValue": true}}]}
                  }],
                  "schemaUrl": "urn:resource",
                  "resource": {"attributes": [{"key": "r", "value": {"stringValue": "v"}}]}
                }]}"""));

    assertThat(batch.signal()).isEqualTo(Signal.TRACES);
    SpanData span = batch.spans().get(0);
    assertThat(span.getResource().getAttributes())
        .isEqualTo(Attributes.of(AttributeKey.stringKey("r"), "v"));
    assertThat(span.getResource().getSchemaUrl()).isEqualTo("urn:resource");
    assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("lib");
    assertThat(span.getInstrumentationScopeInfo().getVersion()).isEqualTo("1");
    assertThat(span.getInstrumentationScopeInfo().getSchemaUrl()).isEqualTo("urn:scope");
    assertThat(span.getInstrumentationScopeInfo().getAttributes())
        .isEqualTo(Attributes.of(AttributeKey.booleanKey("s"), true));
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getSpanId()).isEqualTo(SPAN);
    assertThat(span.getSpanContext().isSampled()).isTrue();
    assertThat(span.getSpanContext().getTraceState().asMap())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
    assertThat(span.getParentSpanContext().getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo("eee19b7ec3c1b173");
    assertThat(span.getParentSpanContext().isRemote()).isTrue();
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getStartEpochNanos()).isEqualTo(1544712660000000000L);
    assertThat(span.getEndEpochNanos()).isEqualTo(1544712661000000000L);
    assertThat(span.hasEnded()).isTrue();
    assertThat(span.getTotalAttributeCount()).isEqualTo(2);
    assertThat(span.getTotalRecordedEvents()).isEqualTo(4);
    assertThat(span.getTotalRecordedLinks()).isEqualTo(Integer.MAX_VALUE);
    assertThat(span.getEvents().get(0).getDroppedAttributesCount()).isEqualTo(1);
    assertThat(span.getEvents().get(0).getAttributes())
        .isEqualTo(Attributes.of(AttributeKey.longKey("n"), 9L));
    assertThat(span.getLinks().get(0).getSpanContext())
        .satisfies(context -> assertThat(context.getSpanId()).isEqualTo("eee19b7ec3c1b175"))
        .satisfies(context -> assertThat(context.isRemote()).isFalse())
        .satisfies(context -> assertThat(context.getTraceState().get("c")).isEqualTo("3"));
    assertThat(span.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "no"));
  }

  @Test
  void aRootSpanOfOursIsOneOfTheSdk() throws Exception {
    SpanData span =
        span("\"traceId\": \"" + TRACE + "\", \"spanId\": \"" + SPAN + "\", \"flags\": 257");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getSpanContext())
        .isEqualTo(
            SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()));
    assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
  }

  /** That the parent is not remote would be a claim that the document does not make. */
  @ParameterizedTest
  @ValueSource(ints = {0, 0x01, 0x101, 0x301, 0x201})
  void whatIsKnownOfTheParentStays(int flags) throws Exception {
    for (String parent : new String[] {"", ", \"parentSpanId\": \"eee19b7ec3c1b173\""}) {
      SpanData span =
          span(
              "\"traceId\": \""
                  + TRACE
                  + "\", \"spanId\": \""
                  + SPAN
                  + "\", \"flags\": "
                  + flags
                  + parent);
      assertThat(Decoded.traces(span).getResourceSpans(0).getScopeSpans(0).getSpans(0).getFlags())
          .isEqualTo(flags);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1", "a", "a=1,a=2", "A=1", "a=1,b\u00fc=2", "a=\u00e9"})
  void aTraceStateThatIsNotWellFormedIsLeftOut(String header) throws Exception {
    assertThat(
            span("\"traceState\": \"" + header + "\"").getSpanContext().getTraceState().isEmpty())
        .isTrue();
  }

  @Test
  void aLogRecordWithEveryKindOfValue() throws Exception {
    LogRecordData log =
        log(
            """
            "timeUnixNano": "18446744073709551615", "observedTimeUnixNano": "5",
            "severityNumber": 24, "severityText": "worst", "eventName": "e",
            "traceId": "5b8efff798038103d269b633813fc60c", "flags": 1, "droppedAttributesCount": 1,
            "attributes": [{"key": "k", "value": {"doubleValue": "-Infinity"}},
                           {"key": "none"}, {"key": "k", "value": {"doubleValue": 2}}],
            "body": {"kvlistValue": {"values": [
              {"key": "", "value": {"bytesValue": "-_8="}},
              {"key": "l", "value": {"arrayValue": {"values": [
                {}, {"intValue": -5}, {"doubleValue": "NaN"}, {"boolValue": false},
                {"stringValue": ""}, {"arrayValue": {}}, {"kvlistValue": {}}]}}}]}}
            """);
    assertThat(log.getTimestampEpochNanos()).isEqualTo(-1);
    assertThat(log.getObservedTimestampEpochNanos()).isEqualTo(5);
    assertThat(log.getSeverity()).isEqualTo(Severity.FATAL4);
    assertThat(log.getSeverityText()).isEqualTo("worst");
    assertThat(log.getEventName()).isEqualTo("e");
    // Without a span, which the SDK's own context cannot be.
    assertThat(log.getSpanContext().getTraceId()).isEqualTo(TRACE);
    assertThat(log.getSpanContext().isValid()).isFalse();
    assertThat(log.getAttributes().asMap())
        .containsOnly(
            Map.entry(AttributeKey.doubleKey("k"), 2.0),
            Map.entry(AttributeKey.valueKey("none"), Value.empty()));
    assertThat(log.getTotalAttributeCount()).isEqualTo(3);
    assertThat(log.getBodyValue())
        .isEqualTo(
            Value.of(
                KeyValue.of("", Value.of(new byte[] {(byte) 0xfb, (byte) 0xff})),
                KeyValue.of(
                    "l",
                    Value.of(
                        Value.empty(),
                        Value.of(-5),
                        Value.of(Double.NaN),
                        Value.of(false),
                        Value.of(""),
                        Value.of(List.of()),
                        Value.of(new KeyValue[0])))));
    assertThat(log("\"body\": {}").getBodyValue()).isEqualTo(Value.empty());
    assertThat(log("\"body\": null").getBodyValue()).isNull();
    assertThat(log("").getSeverityText()).isNull();
  }

  @Test
  void pointsOfBothKindsOfNumbersMakeTwoMetrics() throws Exception {
    Batch batch =
        metrics(
            """
            "name": "m", "unit": "1", "sum": {"isMonotonic": true, "aggregationTemporality": 2,
              "dataPoints": [{"asInt": "1"}, {"asDouble": 0.5}, {"asInt": 3,
                 "exemplars": [{"asInt": 4, "spanId": "eee19b7ec3c1b174"}]}]}
            """);
    assertThat(batch.itemCount()).isEqualTo(3);
    assertThat(batch.metrics()).extracting(MetricData::getName).containsExactly("m", "m");
    assertThat(batch.metrics())
        .extracting(MetricData::getType)
        .containsExactly(MetricDataType.LONG_SUM, MetricDataType.DOUBLE_SUM);
    assertThat(batch.metrics().get(0).getLongSumData().getPoints())
        .extracting(LongPointData::getValue)
        .containsExactly(1L, 3L);
    assertThat(batch.metrics().get(1).getDoubleSumData().getPoints())
        .extracting(DoublePointData::getValue)
        .containsExactly(0.5);
  }

  @Test
  void histogramsWithoutSumOrBuckets() throws Exception {
    HistogramPointData plain =
        metrics("\"histogram\": {\"aggregationTemporality\": 1, \"dataPoints\": [{\"count\": 3}]}")
            .metrics()
            .get(0)
            .getHistogramData()
            .getPoints()
            .iterator()
            .next();
    assertThat(plain.getSum()).isNaN();
    assertThat(plain.getCount()).isEqualTo(3);
    assertThat(plain.hasMin()).isFalse();
    assertThat(plain.getCounts()).isEmpty();
    ExponentialHistogramPointData exponential =
        metrics(
                """
                "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [{
                  "positive": {"offset": -3, "bucketCounts": [1, "2"]}, "scale": -4, "count": "9",
                  "exemplars": [{"asInt": "4"}]}]}
                """)
            .metrics()
            .get(0)
            .getExponentialHistogramData()
            .getPoints()
            .iterator()
            .next();
    assertThat(exponential.getScale()).isEqualTo(-4);
    assertThat(exponential.getPositiveBuckets().getScale()).isEqualTo(-4);
    assertThat(exponential.getPositiveBuckets().getOffset()).isEqualTo(-3);
    assertThat(exponential.getPositiveBuckets().getBucketCounts()).containsExactly(1L, 2L);
    assertThat(exponential.getNegativeBuckets().getBucketCounts()).isEmpty();
    assertThat(exponential.getCount()).isEqualTo(9);
    assertThat(exponential.getExemplars().get(0).getValue()).isEqualTo(4.0);
  }

  @Test
  void aDocumentWithoutItemsIsABatchWithout() throws Exception {
    assertThat(OtlpJsonDecoder.decode(bytes("{\"resourceLogs\": []}")).signal())
        .isEqualTo(Signal.LOGS);
    assertThat(
            OtlpJsonDecoder.decode(bytes("{\"resourceMetrics\": [{\"scopeMetrics\": [{}]}]}"))
                .itemCount())
        .isZero();
  }

  @Test
  void aPartOfAnArray() throws Exception {
    byte[] line = bytes("xx{\"resourceLogs\": []}\n}");
    assertThat(OtlpJsonDecoder.decode(line, 2, line.length - 3).signal()).isEqualTo(Signal.LOGS);
    assertThatThrownBy(() -> OtlpJsonDecoder.decode(line, 2, line.length))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|the document is empty",
        "`  `|the document is empty",
        "[]|the document is an array: want an object",
        "{}|the document has no telemetry",
        "{\"resourceProfiles\": []}|the document has no telemetry",
        "{\"resourceSpans\": [], \"resourceLogs\": []}|/resourceLogs holds logs beside traces",
        "{\"resourceSpans\": [], \"resourceSpans\": []}|Duplicate field",
        "{\"resourceSpans\": []} {}|the document is followed by more",
        "{\"resourceSpans\": [|/resourceSpans is no JSON from here on",
        "{\"resourceSpans\": [null]}|/resourceSpans/0 is null: want an object",
        "{\"resourceSpans\": {}}|/resourceSpans is an object: want an array",
        "{\"resourceSpans\": [{\"resource\": 7}]}|/resourceSpans/0/resource is 7: want an object",
        "{\"resourceSpans\": [{\"schemaUrl\": 7}]}|/resourceSpans/0/schemaUrl is 7: want a string",
        "{\"resourceSpans\": [{\"resource\": {\"attributes\": [{\"key\": \"\u00fc\"}]}}]}"
            + "|/resourceSpans/0/resource is refused by the SDK",
      })
  void aForeignDocumentIsRefused(String json, String message) {
    assertThatThrownBy(() -> OtlpJsonDecoder.decode(bytes(json)))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "traceId|\"5b8e\"|is '5b8e': want 32 hexadecimal digits",
        "spanId|\"eee19b7ec3c1b17x\"|want 16 hexadecimal digits",
        "kind|\"SPAN_KIND_SERVER\"|want the number of one of [INTERNAL, SERVER",
        "kind|\"2\"|want the number of one of",
        "kind|6|want the number of one of",
        "status/code|3|want the number of one of [UNSET, OK, ERROR]",
        "startTimeUnixNano|-1|is -1: want an unsigned 64-bit number",
        "startTimeUnixNano|\"18446744073709551616\"|want an unsigned 64-bit number",
        "startTimeUnixNano|1e999999999|want an unsigned 64-bit number",
        "startTimeUnixNano|\"1e99999999999\"|want an unsigned 64-bit number",
        "startTimeUnixNano|1e-999999999|want an unsigned 64-bit number",
        "startTimeUnixNano|0.5|want an unsigned 64-bit number",
        "startTimeUnixNano|\" 1\"|want an unsigned 64-bit number",
        "startTimeUnixNano|\"0x1\"|want an unsigned 64-bit number",
        "startTimeUnixNano|true|want an unsigned 64-bit number",
        "flags|4294967296|want an unsigned 32-bit number",
        "name|[\"a\"]|is an array: want a string",
        "events/0|7|is 7: want an object",
        "events/0/timeUnixNano|{}|is an object: want an unsigned",
        "attributes/0/value/boolValue|1|want true or false",
        "attributes/0/value/boolValue|\"true\"|want true or false",
        "attributes/0/value/intValue|9223372036854775808|want a signed 64-bit number",
        "attributes/0/value/doubleValue|1e400|want a 64-bit floating-point number",
        "attributes/0/value/doubleValue|\"0x1p3\"|want a 64-bit floating-point number",
        "attributes/0/value/doubleValue|\"inf\"|want a 64-bit floating-point number",
        "attributes/0/value/bytesValue|\"=\"|want Base64",
        "attributes/0/key|\"\"|^",
      })
  void aWrongValueIsRefusedByItsPlace(String path, String value, String message) {
    String[] steps = path.split("/", -1);
    StringBuilder json = new StringBuilder(value);
    for (int i = steps.length - 1; i >= 0; i--) {
      boolean index = steps[i].equals("0");
      json.insert(0, index ? "[" : "{\"" + steps[i] + "\": ").append(index ? ']' : '}');
    }
    MalformedOtlpException refusal =
        catchThrowableOfType(
            MalformedOtlpException.class,
            () ->
                OtlpJsonDecoder.decode(
                    bytes(
                        "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{}, "
                            + json
                            + "]}]}]}")));
    String place = "/resourceSpans/0/scopeSpans/0/spans/1/" + path;
    if (message.equals("^")) {
      assertThat(refusal)
          .hasMessage(
              place.substring(0, place.lastIndexOf('/'))
                  + " has no key: want an attribute with one");
    } else {
      assertThat(refusal.path()).isEqualTo(place);
      assertThat(refusal).hasMessageStartingWith(place + " ").hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"name\": \"m\"|/metrics/1 has no data",
        "\"gauge\": {}, \"sum\": {}|/metrics/1/sum is a second kind of data",
        "\"gauge\": {\"dataPoints\": [{}]}|/metrics/1/gauge/dataPoints/0 has no value",
        "\"gauge\": {\"dataPoints\": [{\"asInt\": 1, \"asDouble\": 1}]}|dataPoints/0 has no value, or two",
        "\"gauge\": {\"dataPoints\": [{\"asInt\": 1, \"flags\": 1}]}|dataPoints/0 has no recorded value",
        "\"summary\": {\"dataPoints\": [{\"flags\": 1}]}|dataPoints/0 has no recorded value",
        "\"gauge\": {\"dataPoints\": [{\"asInt\": 1, \"exemplars\": [{}]}]}|exemplars/0 has no value",
        "\"gauge\": {\"dataPoints\": [{\"asInt\": 1, \"exemplars\": [{\"asDouble\": 1}]}]}|dataPoints/0 has an exemplar that is a fraction",
        "\"sum\": {\"dataPoints\": [{\"asInt\": 1}]}|/metrics/1/sum has no aggregationTemporality",
        "\"histogram\": {\"aggregationTemporality\": 0}|/aggregationTemporality is 0: want the number of one of",
        "\"histogram\": {\"dataPoints\": [{\"bucketCounts\": [1], \"explicitBounds\": [1]}]}|has 1 bucketCounts and 1 explicitBounds",
        "\"exponentialHistogram\": {\"dataPoints\": [{\"scale\": 2147483648}]}|want a signed 32-bit number",
      })
  void aMetricThatTheSdkCannotHoldIsRefused(String metric, String message) {
    assertThatThrownBy(() -> metrics("\"gauge\": {}}, {" + metric))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageStartingWith("/resourceMetrics/0/scopeMetrics/0/metrics/1")
        .hasMessageContaining(message);
  }

  @Test
  void twoValuesAreRefused() {
    assertThatThrownBy(() -> log("\"body\": {\"stringValue\": \"a\", \"intValue\": 1}"))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("/body/intValue is a second value");
  }

  @Test
  void valuesNestAsDeepAsTheEncodingsWriteThem() throws Exception {
    String open = "{\"arrayValue\": {\"values\": [";
    String close = "]}}";
    LogRecordData deepest = log("\"body\": " + open.repeat(1_000) + close.repeat(1_000));
    assertThat(OtlpEncoding.JSON.encode(Batch.logs(List.of(deepest))).size()).isGreaterThan(1_000);
    assertThatThrownBy(() -> log("\"body\": " + open.repeat(1_001) + close.repeat(1_001)))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("is nested too deep: want at most 1000 levels");
    assertThatThrownBy(() -> log("\"body\": " + "{\"a\": ".repeat(1 << 20)))
        .isInstanceOf(MalformedOtlpException.class);
    assertThatThrownBy(() -> OtlpJsonDecoder.decode(bytes("[".repeat(1 << 20))))
        .isInstanceOf(MalformedOtlpException.class);
  }

  /** The text is bounded by what holds it already, and a message by less than what it is about. */
  @Test
  void aLongTextIsReadAndALongPathCut() throws Exception {
    String text = "x".repeat(25_000_000);
    assertThat(log("\"severityText\": \"" + text + "\"").getSeverityText()).isEqualTo(text);
    assertThatThrownBy(() -> log("\"timeUnixNano\": \"" + text + "\""))
        .isInstanceOf(MalformedOtlpException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(400));
    char[] name = new char[40_000];
    Arrays.fill(name, 'n');
    assertThatThrownBy(() -> OtlpJsonDecoder.decode(bytes("{\"" + new String(name) + "\": tru}")))
        .isInstanceOf(MalformedOtlpException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(1_000));
  }

  private static SpanData span(String fields) throws MalformedOtlpException {
    return OtlpJsonDecoder.decode(
            bytes("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{" + fields + "}]}]}]}"))
        .spans()
        .get(0);
  }

  private static LogRecordData log(String fields) throws MalformedOtlpException {
    return OtlpJsonDecoder.decode(
            bytes("{\"resourceLogs\": [{\"scopeLogs\": [{\"logRecords\": [{" + fields + "}]}]}]}"))
        .logs()
        .get(0);
  }

  private static Batch metrics(String fields) throws MalformedOtlpException {
    return OtlpJsonDecoder.decode(
        bytes("{\"resourceMetrics\": [{\"scopeMetrics\": [{\"metrics\": [{" + fields + "}]}]}]}"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
