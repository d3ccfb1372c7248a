/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.Answer;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What line protocol cannot hold is rejected, and the rest is sent. */
class UnwritableTest extends InfluxFixture {

  private static final SpanData WITHOUT_IDS =
      TestItems.span("without").setSpanContext(SpanContext.getInvalid()).build();

  @Test
  void onlyTheSpansWithoutValidIdsAreRejected() throws Exception {
    Batch batch = spans();
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(18);
    assertThat(result.rejections())
        .containsExactly(
            new Rejection(2, "a span without a valid trace id and span id, which are its tags"));
    assertThat(result.refused().orElseThrow().spans()).containsExactly(WITHOUT_IDS, WITHOUT_IDS);
    assertThat(points(server.takeRequest(LIMIT))).hasSize(18);
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void whatIsLeftAfterARetryableAnswerHasNoneOfThem() throws Exception {
    server.enqueue(Answer.status(503));
    ExportResult result = export(exporter(), spans());
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isZero();
    assertThat(result.rejected()).isEqualTo(2);
    assertThat(result.remainder().orElseThrow().spans()).hasSize(18).doesNotContain(WITHOUT_IDS);
    assertThat(result.refused().orElseThrow().itemCount()).isEqualTo(2);
  }

  @Test
  void aRefusalOfTheRestRefusesAll() throws Exception {
    server.enqueue(Answer.status(401));
    Batch batch = spans();
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.refused().orElseThrow().itemCount()).isEqualTo(20);
  }

  @Test
  void theyAddUpWithWhatTheServerRejects() throws Exception {
    server.enqueue(
        Answer.status(400)
            .body("application/json", "{\"error\":\"partial write: beyond retention dropped=3\"}"));
    ExportResult result = export(exporter(), spans());
    assertThat(result.accepted()).isEqualTo(15);
    assertThat(result.rejected()).isEqualTo(5);
    assertThat(result.refused()).as("of three of them nobody says which").isEmpty();
  }

  @Test
  void aBatchOfNothingThatCanBeWrittenIsNotSent() throws Exception {
    ExportResult result = export(exporter(), Batch.traces(List.of(WITHOUT_IDS, WITHOUT_IDS)));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.refused().orElseThrow().itemCount()).isEqualTo(2);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void numbersThatAreNoneAreRejected() throws Exception {
    DoublePointData nan = TestItems.point(Double.NaN, Attributes.empty());
    DoublePointData infinite = TestItems.point(Double.NEGATIVE_INFINITY, Attributes.empty());
    ExportResult result =
        export(
            exporter(),
            Batch.metrics(
                List.of(
                    TestItems.gauge(
                        "g", nan, TestItems.point(1.5, Attributes.empty()), infinite))));
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejections())
        .containsExactly(
            new Rejection(2, "a value that is NaN or infinite, which line protocol cannot hold"));
    assertThat(result.refused().orElseThrow().metrics().get(0).getDoubleGaugeData().getPoints())
        .containsExactly(nan, infinite);
    assertThat(points(server.takeRequest(LIMIT)))
        .singleElement()
        .satisfies(point -> assertThat(point.field("gauge")).isEqualTo(1.5));
  }

  @Test
  void ofAHistogramAndASummaryTheRestIsWrittenWithAWarning() throws Exception {
    HistogramPointData histogram =
        HistogramPointData.create(
            0,
            TestItems.TIME,
            Attributes.empty(),
            Double.NaN,
            true,
            Double.NEGATIVE_INFINITY,
            true,
            4,
            List.of(1.0),
            List.of(2L, 1L));
    SummaryPointData summary =
        SummaryPointData.create(
            0,
            TestItems.TIME,
            Attributes.empty(),
            3,
            4.5,
            List.of(ValueAtQuantile.create(0.5, Double.NaN), ValueAtQuantile.create(0.9, 2)));
    ExportResult result =
        export(
            exporter(),
            Batch.metrics(
                List.of(TestItems.histogram("h", histogram), TestItems.summary("s", summary))));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejected()).isZero();
    assertThat(result.rejections())
        .containsExactly(
            new Rejection(
                0,
                "2 data points were written without a sum, extreme, quantile or exemplar that is"
                    + " NaN or infinite"));
    List<Point> points = points(server.takeRequest(LIMIT));
    assertThat(points.get(0).fields()).containsOnlyKeys("count", "max", "1", "+Inf");
    assertThat(points.get(1).fields()).containsOnlyKeys("count", "sum", "0.9");
  }

  /** They are counted in the span's own line. */
  @Test
  void linksWithoutIdsAreDropped() {
    LinkData link = LinkData.create(TestItems.context(TestItems.TRACE, TestItems.SPAN));
    List<Point> points =
        points(
            Batch.traces(
                List.of(
                    TestItems.span("s")
                        .setLinks(List.of(link, LinkData.create(SpanContext.getInvalid())))
                        .setTotalRecordedLinks(5)
                        .build())));
    assertThat(points).extracting(Point::measurement).containsExactly("spans", "span-links");
    assertThat(points.get(0).field("dropped_links_count")).isEqualTo(new Point.Unsigned(4));
  }

  /** 20, of which the fifth and the last cannot be written. */
  private static Batch spans() {
    List<SpanData> spans = new ArrayList<>(SampleBatches.spans(18).spans());
    spans.add(4, WITHOUT_IDS);
    spans.add(WITHOUT_IDS);
    return Batch.traces(spans);
  }
}
