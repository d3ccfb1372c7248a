/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The lines that the Collector's converter has in its tests (influxdata/influxdb-observability,
 * {@code tests-integration/test_fodder.go}), of the telemetry that is there.
 */
class GoldenLinesTest {

  private static final InfluxEncoding V1 =
      new InfluxEncoding(
          InfluxSchema.TELEGRAF_PROMETHEUS_V1, InfluxDialect.INFLUXDB, Set.of(), Set.of());
  private static final InfluxEncoding V2 =
      new InfluxEncoding(
          InfluxSchema.TELEGRAF_PROMETHEUS_V2, InfluxDialect.INFLUXDB, Set.of(), Set.of());

  @Test
  void aGauge() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.gauge(
                    "cpu_temp",
                    TestItems.point(87.332, Attributes.builder().put("foo", "bar").build()))));
    check(V1, batch, "cpu_temp,foo=bar gauge=87.332 1622848686000000000");
    check(V2, batch, "prometheus,foo=bar cpu_temp=87.332 1622848686000000000");
  }

  @Test
  void aCounter() {
    Attributes attributes = Attributes.builder().put("code", 200).put("method", "post").build();
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.sum(
                    "http_requests_total",
                    true,
                    AggregationTemporality.CUMULATIVE,
                    TestItems.point(1027.0, attributes))));
    check(V1, batch, "http_requests_total,code=200,method=post counter=1027 1622848686000000000");
    check(
        V2, batch, "prometheus,code=200,method=post http_requests_total=1027 1622848686000000000");
  }

  @Test
  void aSumThatIsNoCounterIsAGauge() {
    for (boolean monotonic : new boolean[] {true, false}) {
      Batch batch =
          Batch.metrics(
              List.of(
                  TestItems.sum(
                      "n",
                      monotonic,
                      monotonic ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
                      TestItems.point(-7L, Attributes.empty()))));
      check(V1, batch, "n gauge=-7i 1622848686000000000");
    }
  }

  @Test
  void aHistogram() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.histogram(
                    "http_request_duration_seconds",
                    HistogramPointData.create(
                        0,
                        TestItems.TIME,
                        Attributes.builder().put("region", "eu").build(),
                        53423,
                        false,
                        0,
                        false,
                        0,
                        List.of(0.05, 0.1, 0.2, 0.5, 1.0),
                        List.of(24054L, 9390L, 66948L, 28997L, 4599L, 10332L)))));
    check(
        V1,
        batch,
        "http_request_duration_seconds,region=eu"
            + " count=144320,sum=53423,0.05=24054,0.1=33444,0.2=100392,0.5=129389,1=133988,+Inf=144320"
            + " 1622848686000000000");
    check(
        V2,
        batch,
        "prometheus,region=eu http_request_duration_seconds_count=144320,http_request_duration_seconds_sum=53423 1622848686000000000",
        "prometheus,region=eu,le=0.05 http_request_duration_seconds_bucket=24054 1622848686000000000",
        "prometheus,region=eu,le=0.1 http_request_duration_seconds_bucket=33444 1622848686000000000",
        "prometheus,region=eu,le=0.2 http_request_duration_seconds_bucket=100392 1622848686000000000",
        "prometheus,region=eu,le=0.5 http_request_duration_seconds_bucket=129389 1622848686000000000",
        "prometheus,region=eu,le=1 http_request_duration_seconds_bucket=133988 1622848686000000000",
        "prometheus,region=eu,le=+Inf http_request_duration_seconds_bucket=144320 1622848686000000000");
  }

  @Test
  void aSummary() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.summary(
                    "rpc_duration_seconds",
                    SummaryPointData.create(
                        0,
                        TestItems.TIME,
                        Attributes.empty(),
                        2693,
                        17560473,
                        List.of(
                            ValueAtQuantile.create(0.01, 3102),
                            ValueAtQuantile.create(0.99, 76656))))));
    check(
        V1,
        batch,
        "rpc_duration_seconds count=2693,sum=17560473,0.01=3102,0.99=76656 1622848686000000000");
    check(
        V2,
        batch,
        "prometheus rpc_duration_seconds_count=2693,rpc_duration_seconds_sum=17560473 1622848686000000000",
        "prometheus,quantile=0.01 rpc_duration_seconds=3102 1622848686000000000",
        "prometheus,quantile=0.99 rpc_duration_seconds=76656 1622848686000000000");
  }

  @Test
  void aSpanWithAnEventAndALink() {
    Attributes event = Attributes.builder().put("foo", "bar").build();
    Attributes link = Attributes.builder().put("yay-link", 123).build();
    Batch batch =
        Batch.traces(
            List.of(
                TestItems.span("cpu_temp")
                    .setAttributes(Attributes.builder().put("k", true).build())
                    .setTotalAttributeCount(8)
                    .setEvents(
                        List.of(
                            EventData.create(1_622_848_000_000_000_001L, "yay-event", event, 6)))
                    .setTotalRecordedEvents(14)
                    .setLinks(
                        List.of(
                            LinkData.create(
                                TestItems.context(
                                    "00000000000000020000000000000002", "0000000000000003"),
                                link,
                                20)))
                    .setTotalRecordedLinks(18)
                    .build()));
    check(
        V1,
        batch,
        "spans,span_id=0000000000000003,trace_id=00000000000000020000000000000001 duration_nano=100000000000i,end_time_unix_nano=1622848100000000000i,span.kind=\"Internal\",attributes=\"{\\\"k\\\":true}\",dropped_attributes_count=7u,dropped_events_count=13u,dropped_links_count=17u,span.name=\"cpu_temp\" 1622848000000000000",
        "logs,span_id=0000000000000003,trace_id=00000000000000020000000000000001 attributes=\"{\\\"foo\\\":\\\"bar\\\"}\",dropped_attributes_count=5u,event.name=\"yay-event\" 1622848000000000001",
        "span-links,linked_span_id=0000000000000003,linked_trace_id=00000000000000020000000000000002,span_id=0000000000000003,trace_id=00000000000000020000000000000001 dropped_attributes_count=19u,attributes=\"{\\\"yay-link\\\":123}\" 1622848000000000000");
  }

  @Test
  void aLogRecord() {
    Batch batch =
        Batch.logs(
            List.of(
                TestItems.log("something-happened")
                    .setSpanContext(TestItems.context(TestItems.TRACE, TestItems.SPAN))
                    .setAttributes(Attributes.of(AttributeKey.booleanKey("k"), true))
                    .setTotalAttributeCount(6)
                    .setSeverity(Severity.INFO)
                    .setSeverityText("info")
                    .build()));
    check(
        V1,
        batch,
        "logs,span_id=0000000000000003,trace_id=00000000000000020000000000000001 body=\"something-happened\",attributes=\"{\\\"k\\\":true}\",dropped_attributes_count=5u,severity_number=9i,severity_text=\"info\" 1622848686000000000");
  }

  /** In any order, of lines and within them. */
  private static void check(InfluxEncoding encoding, Batch batch, String... golden) {
    Payload payload = encoding.encode(batch);
    assertThat(payload.itemCount()).isEqualTo(batch.itemCount());
    assertThat(
            ordered(
                LineReader.read(
                    new String(payload.toByteArray(), java.nio.charset.StandardCharsets.UTF_8))))
        .containsExactlyInAnyOrderElementsOf(
            ordered(LineReader.read(String.join("\n", golden) + "\n")));
  }

  private static List<String> ordered(List<Point> points) {
    return points.stream()
        .map(
            point ->
                point.measurement()
                    + new TreeMap<>(point.tags())
                    + new TreeMap<>(Map.copyOf(point.fields()))
                    + point.time())
        .toList();
  }
}
