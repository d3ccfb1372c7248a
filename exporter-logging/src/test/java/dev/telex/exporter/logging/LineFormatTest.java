/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.PARENT_ID;
import static dev.telex.exporter.logging.Samples.TIME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineFormatTest {

  @Test
  void span() {
    assertThat(
            line(
                Batch.traces(
                    List.of(
                        Samples.span()
                            .setName("GET /users")
                            .setParentSpanContext(Samples.context(PARENT_ID))
                            .setStatus(StatusData.create(StatusCode.ERROR, "no luck"))
                            .setAttributes(
                                Attributes.builder()
                                    .put("http.route", "/users")
                                    .put("status", 500L)
                                    .put("ratio", 0.5)
                                    .put("cached", false)
                                    .put(AttributeKey.stringArrayKey("tags"), List.of("a", "b c"))
                                    .build())
                            .setEvents(List.of(EventData.create(1, "e", Attributes.empty())))
                            .setTotalRecordedEvents(2)
                            .build()))))
        .isEqualTo(
            "2018-12-13T14:51:00.123Z SPAN \"GET /users\" 12.345ms ERROR \"no luck\" SERVER"
                + " trace=5b8efff798038103d269b633813fc60c span=eee19b7ec3c1b174"
                + " parent=eee19b7ec3c1b173 service=checkout scope=io.http events=2"
                + " {cached=false, http.route=/users, ratio=0.5, status=500, tags=[a, \"b c\"]}");
  }

  @Test
  void plainSpan() {
    assertThat(line(Batch.traces(List.of(Samples.span().build()))))
        .isEqualTo(
            "2018-12-13T14:51:00.123Z SPAN GET 12.345ms SERVER"
                + " trace=5b8efff798038103d269b633813fc60c span=eee19b7ec3c1b174"
                + " service=checkout scope=io.http");
  }

  @Test
  void log() {
    assertThat(
            line(
                Batch.logs(
                    List.of(
                        Samples.log()
                            .setSeverity(Severity.WARN2)
                            .setSeverityText("Warnung")
                            .setEventName("order.placed")
                            .setBody("Order 12 placed")
                            .setSpanContext(Samples.context(Samples.SPAN_ID))
                            .setAttributes(
                                Attributes.of(
                                    AttributeKey.valueKey("order"),
                                    Value.of(
                                        KeyValue.of("id", Value.of(12L)),
                                        KeyValue.of("raw", Value.of(new byte[] {1, (byte) 0xab})),
                                        KeyValue.of("none", Value.empty()))))
                            .build()))))
        .isEqualTo(
            "2018-12-13T14:51:00.123Z LOG WARN2 event=order.placed \"Order 12 placed\""
                + " trace=5b8efff798038103d269b633813fc60c span=eee19b7ec3c1b174"
                + " service=checkout scope=io.http {order={id=12, raw=0x01ab, none=null}}");
  }

  @Test
  void logWithHardlyAnything() {
    assertThat(
            line(
                Batch.logs(
                    List.of(
                        TestLogRecordData.builder()
                            .setResource(Resource.empty())
                            .setInstrumentationScopeInfo(InstrumentationScopeInfo.empty())
                            .setSpanContext(SpanContext.getInvalid())
                            .setObservedTimestamp(TIME, TimeUnit.NANOSECONDS)
                            .setSeverityText("fine")
                            .build()))))
        .isEqualTo("2018-12-13T14:51:00.123Z LOG fine");
    assertThat(
            line(
                Batch.logs(
                    List.of(
                        TestLogRecordData.builder()
                            .setResource(Resource.empty())
                            .setInstrumentationScopeInfo(InstrumentationScopeInfo.empty())
                            .setSpanContext(SpanContext.getInvalid())
                            .build()))))
        .isEqualTo("- LOG -");
  }

  @Test
  void metrics() {
    assertThat(
            value(
                MetricDataType.LONG_GAUGE,
                GaugeData.createLongGaugeData(
                    List.of(LongPointData.create(0, TIME, Attributes.empty(), 42)))))
        .isEqualTo("gauge 42");
    assertThat(
            value(
                MetricDataType.DOUBLE_SUM,
                SumData.createDoubleSumData(
                    true,
                    AggregationTemporality.DELTA,
                    List.of(DoublePointData.create(0, TIME, Attributes.empty(), 0.25, List.of())))))
        .isEqualTo("sum/delta/monotonic 0.25");
    assertThat(
            value(
                MetricDataType.LONG_SUM,
                SumData.createLongSumData(
                    false,
                    AggregationTemporality.CUMULATIVE,
                    List.of(LongPointData.create(0, TIME, Attributes.empty(), -1)))))
        .isEqualTo("sum/cumulative -1");
    assertThat(
            value(
                MetricDataType.HISTOGRAM,
                HistogramData.create(
                    AggregationTemporality.DELTA,
                    List.of(
                        HistogramPointData.create(
                            0,
                            TIME,
                            Attributes.empty(),
                            23.5,
                            true,
                            1.0,
                            true,
                            12.0,
                            List.of(5.0, 10.0),
                            List.of(2L, 0L, 1L))))))
        .isEqualTo("histogram/delta count=3 sum=23.5 min=1.0 max=12.0 buckets=[<=5.0:2 >10.0:1]");
    assertThat(
            value(
                MetricDataType.EXPONENTIAL_HISTOGRAM,
                ExponentialHistogramData.create(
                    AggregationTemporality.CUMULATIVE,
                    List.of(
                        ExponentialHistogramPointData.create(
                            2,
                            7.5,
                            1,
                            false,
                            0,
                            true,
                            3.0,
                            ExponentialHistogramBuckets.create(2, -3, List.of(1L, 0L, 4L)),
                            ExponentialHistogramBuckets.create(2, 0, List.of()),
                            0,
                            TIME,
                            Attributes.empty(),
                            List.of())))))
        .isEqualTo(
            "exponential-histogram/cumulative count=6 sum=7.5 max=3.0 scale=2 zero=1"
                + " positive=[-3:1 -1:4]");
    assertThat(
            value(
                MetricDataType.SUMMARY,
                SummaryData.create(
                    List.of(
                        SummaryPointData.create(
                            0,
                            TIME,
                            Attributes.empty(),
                            9,
                            4.5,
                            List.of(
                                ValueAtQuantile.create(0.5, 0.25),
                                ValueAtQuantile.create(1.0, 2.0)))))))
        .isEqualTo("summary count=9 sum=4.5 quantiles=[0.5:0.25 1.0:2.0]");
  }

  @Test
  void aLineForEachPointWithUnitExemplarsAndAttributes() {
    Batch batch =
        Samples.metric(
            "queue size",
            "{items}",
            MetricDataType.DOUBLE_GAUGE,
            GaugeData.createDoubleGaugeData(
                List.of(
                    DoublePointData.create(
                        0,
                        TIME,
                        Attributes.of(AttributeKey.stringKey("queue"), "in"),
                        1.5,
                        List.of(
                            DoubleExemplarData.create(
                                Attributes.empty(), TIME, SpanContext.getInvalid(), 1.0))),
                    DoublePointData.create(0, TIME, Attributes.empty(), 2.5, List.of()))));

    assertThat(lines(batch))
        .containsExactly(
            "2018-12-13T14:51:00.123Z METRIC \"queue size\" gauge 1.5 \"{items}\""
                + " service=checkout scope=io.http exemplars=1 {queue=in}",
            "2018-12-13T14:51:00.123Z METRIC \"queue size\" gauge 2.5 \"{items}\""
                + " service=checkout scope=io.http");
  }

  @Test
  void durations() {
    assertThat(Texts.duration(0)).isEqualTo("0ns");
    assertThat(Texts.duration(999)).isEqualTo("999ns");
    assertThat(Texts.duration(1_001)).isEqualTo("1.001us");
    assertThat(Texts.duration(999_999)).isEqualTo("999.999us");
    assertThat(Texts.duration(1_000_000)).isEqualTo("1.000ms");
    assertThat(Texts.duration(61_000_999_999L)).isEqualTo("61.000s");
    assertThat(Texts.duration(-1_500_000)).isEqualTo("-1.500ms");
    assertThat(Texts.duration(Long.MIN_VALUE)).startsWith("-9223372036.854s");
  }

  @Test
  void times() {
    assertThat(Texts.time(-1)).isEqualTo("1969-12-31T23:59:59.999Z");
    assertThat(Texts.exactTime(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
    assertThat(Texts.exactTime(Long.MAX_VALUE)).isEqualTo("2262-04-11T23:47:16.854775807Z");
    assertThat(Texts.time(0)).isEqualTo("-");
  }

  private static String value(MetricDataType type, Data<?> data) {
    String line = line(Samples.metric("m", "", type, data));
    String head = "2018-12-13T14:51:00.123Z METRIC m ";
    String tail = " service=checkout scope=io.http";
    assertThat(line).startsWith(head).endsWith(tail);
    return line.substring(head.length(), line.length() - tail.length());
  }

  private static String line(Batch batch) {
    List<String> lines = lines(batch);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  private static List<String> lines(Batch batch) {
    return new ReadableEncoding(Layout.LINE, 2000)
        .encode(batch).buffers().stream().map(piece -> UTF_8.decode(piece).toString()).toList();
  }
}
