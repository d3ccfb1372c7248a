/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static io.opentelemetry.api.common.AttributeKey.booleanArrayKey;
import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleArrayKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longArrayKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.api.common.AttributeKey.valueKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
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
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Items written by hand, and the messages written by hand that they are. */
class OtlpProtobufFieldsTest {

  private static final Resource RESOURCE =
      Resource.create(Attributes.of(stringKey("service.name"), "shop"), "https://schema/1");

  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.builder("scope")
          .setVersion("2.0")
          .setSchemaUrl("https://schema/2")
          .setAttributes(Attributes.of(booleanKey("x"), true))
          .build();

  private static final String RESOURCE_TEXT =
      """
      resource { attributes { key: "service.name" value { string_value: "shop" } } }
      schema_url: "https://schema/1"
      """;

  private static final String SCOPE_TEXT =
      """
      scope {
        name: "scope"
        version: "2.0"
        attributes { key: "x" value { bool_value: true } }
      }
      schema_url: "https://schema/2"
      """;

  private static final String TRACE_ID = "0123456789abcdef00112233445566ff";
  private static final String TRACE_ID_TEXT =
      "\\x01\\x23\\x45\\x67\\x89\\xab\\xcd\\xef\\x00\\x11\\x22\\x33\\x44\\x55\\x66\\xff";

  @Test
  void span() throws Exception {
    TraceState state = TraceState.builder().put("b", "2").put("a", "1").build();
    SpanData span =
        TestSpanData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setSpanContext(
                SpanContext.create(TRACE_ID, "00000000000000aa", TraceFlags.getSampled(), state))
            .setParentSpanContext(
                SpanContext.createFromRemoteParent(
                    TRACE_ID, "00000000000000bb", TraceFlags.getDefault(), TraceState.getDefault()))
            .setName("GET /")
            .setKind(SpanKind.SERVER)
            .setStartEpochNanos(1_700_000_000_000_000_001L)
            .setEndEpochNanos(1_700_000_000_000_000_002L)
            .setHasEnded(true)
            .setAttributes(Attributes.of(longKey("status"), 200L))
            .setTotalAttributeCount(4)
            .setEvents(
                List.of(
                    EventData.create(5, "first", Attributes.of(doubleKey("d"), -0.5), 2),
                    EventData.create(6, "second", Attributes.empty())))
            .setTotalRecordedEvents(7)
            .setLinks(
                List.of(
                    LinkData.create(
                        SpanContext.createFromRemoteParent(
                            TRACE_ID, "00000000000000cc", TraceFlags.fromByte((byte) 0x81), state),
                        Attributes.of(stringKey("l"), ""),
                        5)))
            .setTotalRecordedLinks(3)
            .setStatus(StatusData.create(StatusCode.ERROR, "broken"))
            .build();

    assertThat(Decoded.traces(span))
        .isEqualTo(
            TextFormat.parse(
                """
                resource_spans {
                  %s
                  scope_spans {
                    %s
                    spans {
                      trace_id: "%s"
                      span_id: "\\0\\0\\0\\0\\0\\0\\0\\xaa"
                      trace_state: "a=1,b=2"
                      parent_span_id: "\\0\\0\\0\\0\\0\\0\\0\\xbb"
                      flags: 0x301
                      name: "GET /"
                      kind: SPAN_KIND_SERVER
                      start_time_unix_nano: 1700000000000000001
                      end_time_unix_nano: 1700000000000000002
                      attributes { key: "status" value { int_value: 200 } }
                      dropped_attributes_count: 3
                      events {
                        time_unix_nano: 5
                        name: "first"
                        attributes { key: "d" value { double_value: -0.5 } }
                        dropped_attributes_count: 1
                      }
                      events { time_unix_nano: 6 name: "second" }
                      dropped_events_count: 5
                      links {
                        trace_id: "%s"
                        span_id: "\\0\\0\\0\\0\\0\\0\\0\\xcc"
                        trace_state: "a=1,b=2"
                        attributes { key: "l" value { string_value: "" } }
                        dropped_attributes_count: 4
                        flags: 0x381
                      }
                      dropped_links_count: 2
                      status { message: "broken" code: STATUS_CODE_ERROR }
                    }
                  }
                }
                """
                    .formatted(RESOURCE_TEXT, SCOPE_TEXT, TRACE_ID_TEXT, TRACE_ID_TEXT),
                ExportTraceServiceRequest.class));
  }

  @Test
  void logRecord() throws Exception {
    TestLogRecordData log =
        TestLogRecordData.builder()
            .setResource(RESOURCE)
            .setInstrumentationScopeInfo(SCOPE)
            .setTimestamp(11, TimeUnit.NANOSECONDS)
            .setObservedTimestamp(12, TimeUnit.NANOSECONDS)
            .setSpanContext(
                SpanContext.create(
                    TRACE_ID,
                    "00000000000000aa",
                    TraceFlags.fromByte((byte) 0xff),
                    TraceState.getDefault()))
            .setSeverity(Severity.ERROR2)
            .setSeverityText("SEVERE")
            .setEventName("event")
            .setBodyValue(
                Value.of(
                    KeyValue.of("text", Value.of("t")),
                    KeyValue.of("bytes", Value.of(new byte[] {0, -1})),
                    KeyValue.of("nothing", Value.empty()),
                    KeyValue.of("list", Value.of(Value.of(1), Value.of(true), Value.of(0.5))),
                    KeyValue.of("", Value.of(KeyValue.of("deep", Value.of(List.of()))))))
            .setAttributes(
                Attributes.builder()
                    .put(stringKey("a"), "1")
                    .put(booleanKey("b"), false)
                    .put(longKey("c"), Long.MIN_VALUE)
                    .put(doubleKey("d"), -0.0)
                    .put(stringArrayKey("e"), List.of("x", "", "y"))
                    .put(booleanArrayKey("f"), List.of(true, false))
                    .put(longArrayKey("g"), List.of(0L, -1L, Long.MAX_VALUE))
                    .put(doubleArrayKey("h"), List.of(Double.NaN, Double.NEGATIVE_INFINITY))
                    .put(valueKey("i"), Value.of(Value.of(new byte[] {1}), Value.empty()))
                    .build())
            .setTotalAttributeCount(10)
            .build();

    assertThat(Decoded.logs(log))
        .isEqualTo(
            TextFormat.parse(
                """
                resource_logs {
                  %s
                  scope_logs {
                    %s
                    log_records {
                      time_unix_nano: 11
                      observed_time_unix_nano: 12
                      severity_number: SEVERITY_NUMBER_ERROR2
                      severity_text: "SEVERE"
                      body {
                        kvlist_value {
                          values { key: "text" value { string_value: "t" } }
                          values { key: "bytes" value { bytes_value: "\\x00\\xff" } }
                          values { key: "nothing" value {} }
                          values {
                            key: "list"
                            value {
                              array_value {
                                values { int_value: 1 }
                                values { bool_value: true }
                                values { double_value: 0.5 }
                              }
                            }
                          }
                          values {
                            value {
                              kvlist_value {
                                values { key: "deep" value { array_value {} } }
                              }
                            }
                          }
                        }
                      }
                      attributes { key: "a" value { string_value: "1" } }
                      attributes { key: "b" value { bool_value: false } }
                      attributes { key: "c" value { int_value: -9223372036854775808 } }
                      attributes { key: "d" value { double_value: -0.0 } }
                      attributes {
                        key: "e"
                        value {
                          array_value {
                            values { string_value: "x" }
                            values { string_value: "" }
                            values { string_value: "y" }
                          }
                        }
                      }
                      attributes {
                        key: "f"
                        value {
                          array_value { values { bool_value: true } values { bool_value: false } }
                        }
                      }
                      attributes {
                        key: "g"
                        value {
                          array_value {
                            values { int_value: 0 }
                            values { int_value: -1 }
                            values { int_value: 9223372036854775807 }
                          }
                        }
                      }
                      attributes {
                        key: "h"
                        value {
                          array_value {
                            values { double_value: nan }
                            values { double_value: -inf }
                          }
                        }
                      }
                      attributes {
                        key: "i"
                        value { array_value { values { bytes_value: "\\x01" } values {} } }
                      }
                      dropped_attributes_count: 1
                      flags: 0xff
                      trace_id: "%s"
                      span_id: "\\0\\0\\0\\0\\0\\0\\0\\xaa"
                      event_name: "event"
                    }
                  }
                }
                """
                    .formatted(RESOURCE_TEXT, SCOPE_TEXT, TRACE_ID_TEXT),
                ExportLogsServiceRequest.class));
  }

  @Test
  void logRecordWithNothingInIt() throws Exception {
    assertThat(
            Decoded.logs(
                TestLogRecordData.builder()
                    .setObservedTimestamp(0, TimeUnit.NANOSECONDS)
                    .setTimestamp(0, TimeUnit.NANOSECONDS)
                    .build()))
        .isEqualTo(
            TextFormat.parse(
                "resource_logs { resource {} scope_logs { scope {} log_records {} } }",
                ExportLogsServiceRequest.class));
  }

  @Test
  void sums() throws Exception {
    assertMetric(
        MetricDataType.LONG_SUM,
        SumData.createLongSumData(
            true,
            AggregationTemporality.CUMULATIVE,
            List.of(
                new TestMetric.LongPoint(
                    1,
                    2,
                    Attributes.of(stringKey("k"), "v"),
                    -3,
                    List.of(
                        LongExemplarData.create(
                            Attributes.of(longKey("f"), 1L), 4, exemplarContext(), 0))))),
        """
        sum {
          data_points {
            start_time_unix_nano: 1
            time_unix_nano: 2
            as_int: -3
            attributes { key: "k" value { string_value: "v" } }
            exemplars {
              time_unix_nano: 4
              as_int: 0
              filtered_attributes { key: "f" value { int_value: 1 } }
              trace_id: "%s"
              span_id: "\\0\\0\\0\\0\\0\\0\\0\\xaa"
            }
          }
          aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
          is_monotonic: true
        }
        """
            .formatted(TRACE_ID_TEXT));
    assertMetric(
        MetricDataType.DOUBLE_SUM,
        SumData.createDoubleSumData(
            false,
            AggregationTemporality.DELTA,
            List.of(
                DoublePointData.create(
                    1,
                    2,
                    Attributes.empty(),
                    0.0,
                    List.of(
                        DoubleExemplarData.create(
                            Attributes.empty(), 4, SpanContext.getInvalid(), Double.NaN))))),
        """
        sum {
          data_points {
            start_time_unix_nano: 1
            time_unix_nano: 2
            as_double: 0
            exemplars { time_unix_nano: 4 as_double: nan }
          }
          aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
        }
        """);
  }

  @Test
  void gauges() throws Exception {
    assertMetric(
        MetricDataType.LONG_GAUGE,
        GaugeData.createLongGaugeData(
            List.of(
                new TestMetric.LongPoint(0, 2, Attributes.empty(), 0, List.of()),
                new TestMetric.LongPoint(0, 3, Attributes.empty(), 1, List.of()))),
        """
        gauge {
          data_points { time_unix_nano: 2 as_int: 0 }
          data_points { time_unix_nano: 3 as_int: 1 }
        }
        """);
    assertMetric(
        MetricDataType.DOUBLE_GAUGE,
        GaugeData.createDoubleGaugeData(
            List.of(
                DoublePointData.create(
                    0, 2, Attributes.empty(), Double.POSITIVE_INFINITY, List.of()))),
        "gauge { data_points { time_unix_nano: 2 as_double: inf } }");
  }

  @Test
  void histogram() throws Exception {
    HistogramPointData point =
        HistogramPointData.create(
            1,
            2,
            Attributes.of(stringKey("k"), "v"),
            0.0,
            true,
            -0.0,
            true,
            9.5,
            List.of(1.0, 2.5),
            List.of(3L, 0L, 4L));
    assertMetric(
        MetricDataType.HISTOGRAM,
        HistogramData.create(
            AggregationTemporality.DELTA,
            List.of(
                new TestMetric.HistogramPoint(
                    point,
                    List.of(
                        DoubleExemplarData.create(
                            Attributes.empty(), 4, exemplarContext(), 1.5))))),
        """
        histogram {
          data_points {
            start_time_unix_nano: 1
            time_unix_nano: 2
            count: 7
            sum: 0
            min: -0.0
            max: 9.5
            explicit_bounds: [1.0, 2.5]
            bucket_counts: [3, 0, 4]
            attributes { key: "k" value { string_value: "v" } }
            exemplars {
              time_unix_nano: 4
              as_double: 1.5
              trace_id: "%s"
              span_id: "\\0\\0\\0\\0\\0\\0\\0\\xaa"
            }
          }
          aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
        }
        """
            .formatted(TRACE_ID_TEXT));
    assertMetric(
        MetricDataType.HISTOGRAM,
        HistogramData.create(
            AggregationTemporality.CUMULATIVE,
            List.of(
                HistogramPointData.create(
                    1, 2, Attributes.empty(), 8, false, 0, false, 0, List.of(), List.of(5L)))),
        """
        histogram {
          data_points {
            start_time_unix_nano: 1 time_unix_nano: 2 count: 5 sum: 8 bucket_counts: [5]
          }
          aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
        }
        """);
  }

  @Test
  void exponentialHistogram() throws Exception {
    assertMetric(
        MetricDataType.EXPONENTIAL_HISTOGRAM,
        ExponentialHistogramData.create(
            AggregationTemporality.CUMULATIVE,
            List.of(
                ExponentialHistogramPointData.create(
                    -2,
                    12.5,
                    3,
                    true,
                    0.5,
                    true,
                    7.5,
                    ExponentialHistogramBuckets.create(-2, -5, List.of(1L, 0L, 300L)),
                    ExponentialHistogramBuckets.create(-2, 0, List.of()),
                    1,
                    2,
                    Attributes.of(stringKey("k"), "v"),
                    List.of(
                        DoubleExemplarData.create(
                            Attributes.empty(), 4, SpanContext.getInvalid(), 1.5))))),
        """
        exponential_histogram {
          data_points {
            attributes { key: "k" value { string_value: "v" } }
            start_time_unix_nano: 1
            time_unix_nano: 2
            count: 304
            sum: 12.5
            scale: -2
            zero_count: 3
            positive { offset: -5 bucket_counts: [1, 0, 300] }
            negative {}
            exemplars { time_unix_nano: 4 as_double: 1.5 }
            min: 0.5
            max: 7.5
          }
          aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
        }
        """);
  }

  @Test
  void summary() throws Exception {
    assertMetric(
        MetricDataType.SUMMARY,
        SummaryData.create(
            List.of(
                SummaryPointData.create(
                    1,
                    2,
                    Attributes.of(stringKey("k"), "v"),
                    5,
                    -0.0,
                    List.of(ValueAtQuantile.create(0, 1.5), ValueAtQuantile.create(0.99, -0.0))))),
        """
        summary {
          data_points {
            start_time_unix_nano: 1
            time_unix_nano: 2
            count: 5
            sum: -0.0
            quantile_values { value: 1.5 }
            quantile_values { quantile: 0.99 value: -0.0 }
            attributes { key: "k" value { string_value: "v" } }
          }
        }
        """);
  }

  private static SpanContext exemplarContext() {
    return SpanContext.create(
        TRACE_ID, "00000000000000aa", TraceFlags.getSampled(), TraceState.getDefault());
  }

  private static void assertMetric(MetricDataType type, Data<?> data, String expected)
      throws Exception {
    MetricData metric = new TestMetric(RESOURCE, SCOPE, "name", "text", "By", type, data);
    assertThat(Decoded.metrics(metric))
        .isEqualTo(
            TextFormat.parse(
                """
                resource_metrics {
                  %s
                  scope_metrics {
                    %s
                    metrics { name: "name" description: "text" unit: "By" %s }
                  }
                }
                """
                    .formatted(RESOURCE_TEXT, SCOPE_TEXT, expected),
                ExportMetricsServiceRequest.class));
  }
}
