/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.tcp.EventProto.Event;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client reads that was written from the text of the protocol. */
class EventStreamTest {

  private static final Attributes NONE = Attributes.empty();
  private static final String AT = "{}@1700000000.123 ";
  private static final AggregationTemporality CUMULATIVE = AggregationTemporality.CUMULATIVE;
  private static final AggregationTemporality DELTA = AggregationTemporality.DELTA;

  private final TcpExporter exporter = TcpExporter.builder().listen("127.0.0.1", 0).build();

  @AfterEach
  void close() {
    exporter.close();
  }

  @Test
  void sumsAndGauges() throws Exception {
    assertThat(
            sent(
                longs("c", true, CUMULATIVE, 0, 7, Long.MAX_VALUE),
                longs("d", true, DELTA, 0, 7),
                longs("u", false, CUMULATIVE, 0, -7),
                longs("v", false, DELTA, 0, 7, -7),
                doubles("f", true, CUMULATIVE, 0, 0.25),
                doubles("g", true, DELTA, 0, 0.25),
                doubles("h", false, DELTA, -0.25),
                Metrics.metric("lg")
                    .setLongGaugeData(GaugeData.createLongGaugeData(List.of(point(0), point(-3))))
                    .build(),
                Metrics.metric("dg")
                    .setDoubleGaugeData(
                        GaugeData.createDoubleGaugeData(
                            List.of(point(0.0), point(-0.0), point(Double.NaN), point(1e300))))
                    .build()))
        .filteredOn(event -> !event.isMetadata())
        .extracting(Event::text)
        .containsExactly(
            "c" + AT + "set_counter=0",
            "c" + AT + "set_counter=7",
            "c" + AT + "set_counter=9223372036854775807",
            "d" + AT + "increment_counter=0",
            "d" + AT + "increment_counter=7",
            "u" + AT + "set_gauge=0.0",
            "u" + AT + "set_gauge=-7.0",
            "v" + AT + "increment_gauge=0.0",
            "v" + AT + "increment_gauge=7.0",
            "v" + AT + "decrement_gauge=7.0",
            "f" + AT + "set_gauge=0.0",
            "f" + AT + "set_gauge=0.25",
            "g" + AT + "increment_gauge=0.0",
            "g" + AT + "increment_gauge=0.25",
            "h" + AT + "decrement_gauge=0.25",
            "lg" + AT + "set_gauge=0.0",
            "lg" + AT + "set_gauge=-3.0",
            "dg" + AT + "set_gauge=0.0",
            "dg" + AT + "set_gauge=-0.0",
            "dg" + AT + "set_gauge=NaN",
            "dg" + AT + "set_gauge=1.0E300");
  }

  @Test
  void histogramsAndSummaries() throws Exception {
    MetricData explicit =
        Metrics.metric("h")
            .setUnit("s")
            .setHistogramData(
                HistogramData.create(
                    CUMULATIVE,
                    List.of(
                        HistogramPointData.create(
                            1,
                            Metrics.NANOS,
                            NONE,
                            6.5,
                            true,
                            0.5,
                            true,
                            4.0,
                            List.of(1.0),
                            List.of(2L, 3L)),
                        HistogramPointData.create(
                            1,
                            Metrics.NANOS,
                            NONE,
                            0,
                            false,
                            0,
                            false,
                            0,
                            List.of(),
                            List.of(0L)))))
            .build();
    ExponentialHistogramBuckets none = ExponentialHistogramBuckets.create(0, 0, List.of());
    MetricData exponential =
        Metrics.metric("e")
            .setExponentialHistogramData(
                ExponentialHistogramData.create(
                    DELTA,
                    List.of(
                        ExponentialHistogramPointData.create(
                            0,
                            1,
                            2,
                            true,
                            -1,
                            true,
                            2,
                            none,
                            none,
                            1,
                            Metrics.NANOS,
                            NONE,
                            List.of()))))
            .build();
    MetricData summary =
        Metrics.metric("q")
            .setSummaryData(
                SummaryData.create(
                    List.of(
                        SummaryPointData.create(
                            1,
                            Metrics.NANOS,
                            NONE,
                            3,
                            4.5,
                            List.of(
                                ValueAtQuantile.create(0.5, 1.5), ValueAtQuantile.create(1, 2))))))
            .build();
    assertThat(sent(explicit, exponential, summary))
        .extracting(Event::text)
        .containsExactly(
            "metadata h.count COUNTER unit=count description=null",
            "metadata h.sum GAUGE unit=seconds description=null",
            "metadata h.min GAUGE unit=seconds description=null",
            "metadata h.max GAUGE unit=seconds description=null",
            "metadata e.count COUNTER unit=count description=null",
            "metadata e.sum GAUGE unit=null description=null",
            "metadata e.min GAUGE unit=null description=null",
            "metadata e.max GAUGE unit=null description=null",
            "metadata q.count COUNTER unit=count description=null",
            "metadata q.sum GAUGE unit=null description=null",
            "metadata q GAUGE unit=null description=null",
            "h.count" + AT + "set_counter=5",
            "h.sum" + AT + "set_gauge=6.5",
            "h.min" + AT + "set_gauge=0.5",
            "h.max" + AT + "set_gauge=4.0",
            "h.count" + AT + "set_counter=0",
            "h.sum" + AT + "set_gauge=0.0",
            "e.count" + AT + "increment_counter=2",
            "e.sum" + AT + "increment_gauge=1.0",
            "e.min" + AT + "set_gauge=-1.0",
            "e.max" + AT + "set_gauge=2.0",
            "q.count" + AT + "set_counter=3",
            "q.sum" + AT + "set_gauge=4.5",
            "q{quantile=0.5}@1700000000.123 set_gauge=1.5",
            "q{quantile=1.0}@1700000000.123 set_gauge=2.0");
  }

  @Test
  void labels() throws Exception {
    Attributes attributes =
        Attributes.builder()
            .put("s", "ä€\uD83D\uDE00")
            .put("empty", "")
            .put("l", 5L)
            .put("b", true)
            .put("a", "x", "y\"")
            .put("n", 1L, 2L)
            .put(AttributeKey.valueKey("m"), Value.of(new byte[] {1}))
            .put("service.name", "of the point")
            .build();
    MetricData metric =
        Metrics.metric("größe")
            .setResource(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", "shop")
                        .put("service.instance.id", "i-1")
                        .put("host.name", "h")
                        .build()))
            .setInstrumentationScopeInfo(
                InstrumentationScopeInfo.builder("scope").setVersion("2").build())
            .setUnit("By")
            .setDescription("Ein „Text“")
            .setLongGaugeData(
                GaugeData.createLongGaugeData(
                    List.of(
                        LongPointData.create(0, 1, attributes, 1),
                        LongPointData.create(0, 0, NONE, 1),
                        LongPointData.create(0, -1, NONE, 1))))
            .build();
    String origin = "otel.scope.name=scope, otel.scope.version=2, ";
    assertThat(sent(metric))
        .extracting(Event::text)
        .containsExactly(
            "metadata größe GAUGE unit=bytes description=Ein „Text“",
            "größe{a=[\"x\",\"y\\\"\"], b=true, empty=, l=5, m=AQ==, n=[1,2], "
                + origin
                + "s=ä€\uD83D\uDE00, service.instance.id=i-1, service.name=of the point}@0.1"
                + " set_gauge=1.0",
            "größe{" + origin + "service.instance.id=i-1, service.name=shop}@0.0 set_gauge=1.0",
            "größe{"
                + origin
                + "service.instance.id=i-1, service.name=shop}@-1.999999999 set_gauge=1.0");
  }

  @Test
  void units() {
    assertThat(
            List.of(
                "s", "ms", "By", "KiBy", "%", "1", "{request}", "{request}/s", "", "Cel", "bit/s"))
        .extracting(EventUnit::of)
        .containsExactly(
            "seconds",
            "milliseconds",
            "bytes",
            "kibibytes",
            "percent",
            "",
            "count",
            "count_per_second",
            "",
            "Cel",
            "bits_per_second");
  }

  @Test
  void metadataComesBeforeTheFirstValueToEveryClient() throws Exception {
    try (StreamClient early = StreamClient.listening(exporter)) {
      export(Metrics.batch(1, "a"));
      early.events(2);
      export(Metrics.batch(2, "a", "b"));
      assertThat(early.events(5))
          .extracting(Event::text)
          .containsExactly(
              "metadata a COUNTER unit=null description=null",
              Metrics.shown("a", 1),
              "metadata b COUNTER unit=null description=null",
              Metrics.shown("a", 2),
              Metrics.shown("b", 2));
      try (StreamClient late = StreamClient.listening(exporter)) {
        // Before anything new is exported.
        assertThat(late.events(2)).extracting(Event::name).containsExactly("a", "b");
        export(Metrics.batch(3, "b", "c"));
        assertThat(late.events(5))
            .extracting(Event::text)
            .containsExactly(
                "metadata a COUNTER unit=null description=null",
                "metadata b COUNTER unit=null description=null",
                "metadata c COUNTER unit=null description=null",
                Metrics.shown("b", 3),
                Metrics.shown("c", 3));
        assertThat(early.events(8)).hasSize(8);
      }
    }
  }

  @Test
  void aNameOfTwoTypesHasMetadataOfBoth() throws Exception {
    assertThat(sent(longs("x", true, CUMULATIVE, 1), longs("x", false, CUMULATIVE, 2)))
        .extracting(Event::text)
        .containsExactly(
            "metadata x COUNTER unit=null description=null",
            "metadata x GAUGE unit=null description=null",
            "x" + AT + "set_counter=1",
            "x" + AT + "set_gauge=2.0");
  }

  @Test
  void anEncodingIsRunOnceForAllClients() throws Exception {
    try (StreamClient one = StreamClient.listening(exporter);
        StreamClient other = StreamClient.listening(exporter)) {
      Batch batch = Metrics.batch(1, "a", "b");
      export(batch);
      export(batch);
      assertThat(one.values(4)).isEqualTo(other.values(4));
      assertThat(batch.encodingStats().encodings()).isEqualTo(1);
    }
  }

  @Test
  void nothingIsEncodedWhileNobodyListens() throws Exception {
    Batch batch = Metrics.batch(1, "a", "b");
    ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
    assertThat(result.status()).isEqualTo(ExportResult.Status.SUCCESS);
    assertThat(result.accepted()).isZero();
    assertThat(batch.encodingStats().encodings()).isZero();
    assertThat(exporter.stats().dropped()).containsOnly(Map.entry(TcpDropReason.NO_CLIENT, 2L));
  }

  private List<Event> sent(MetricData... metrics) throws Exception {
    try (StreamClient client = StreamClient.listening(exporter)) {
      export(Batch.metrics(List.of(metrics)));
      exporter.close();
      return EventProto.parse(client.untilTheEnd());
    }
  }

  private void export(Batch batch) throws Exception {
    ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
    assertThat(result.status()).isEqualTo(ExportResult.Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(batch.itemCount());
  }

  private static MetricData longs(
      String name, boolean monotonic, AggregationTemporality temporality, long... values) {
    return Metrics.metric(name)
        .setLongSumData(
            SumData.createLongSumData(
                monotonic,
                temporality,
                Arrays.stream(values).mapToObj(EventStreamTest::point).toList()))
        .build();
  }

  private static MetricData doubles(
      String name, boolean monotonic, AggregationTemporality temporality, double... values) {
    return Metrics.metric(name)
        .setDoubleSumData(
            SumData.createDoubleSumData(
                monotonic,
                temporality,
                Arrays.stream(values).mapToObj(EventStreamTest::point).toList()))
        .build();
  }

  private static LongPointData point(long value) {
    return LongPointData.create(1, Metrics.NANOS, NONE, value);
  }

  private static DoublePointData point(double value) {
    return DoublePointData.create(1, Metrics.NANOS, NONE, value, List.of());
  }
}
