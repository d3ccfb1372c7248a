/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of a batch: by resource, parts, and a selection of its items. */
class BatchDeriveTest {

  private static final Resource A = TestData.resource("a");
  private static final Resource B = TestData.resource("b");

  private static BitSet bits(int... indexes) {
    BitSet bits = new BitSet();
    for (int index : indexes) {
      bits.set(index);
    }
    return bits;
  }

  private static List<String> names(Batch batch) {
    return batch.spans().stream().map(SpanData::getName).toList();
  }

  @Test
  void splitsInOrder() {
    Batch batch = TestData.spans(7);

    List<Batch> parts = batch.split(3);

    assertThat(parts).extracting(Batch::itemCount).containsExactly(3, 3, 1);
    assertThat(TestData.spans(6).split(3)).extracting(Batch::itemCount).containsExactly(3, 3);
    assertThat(parts.stream().flatMap(part -> part.spans().stream()))
        .containsExactlyElementsOf(batch.spans());
  }

  @Test
  void givesItselfWhenItIsSmallEnough() {
    Batch batch = TestData.spans(3);
    Batch empty = Batch.logs(List.of());

    assertThat(batch.split(3)).hasSize(1).first().isSameAs(batch);
    assertThat(batch.split(Integer.MAX_VALUE)).first().isSameAs(batch);
    assertThat(empty.split(1)).hasSize(1).first().isSameAs(empty);
  }

  @Test
  void refusesPartsOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestData.spans(1).split(0))
        .withMessage("maxItems is 0: want 1 or more");
  }

  @Test
  void splitsMetricsBetweenTheirPoints() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestData.metric(MetricDataType.LONG_SUM, A, 0, 3),
                TestData.metric(MetricDataType.LONG_GAUGE, A, 3, 0),
                TestData.metric(MetricDataType.HISTOGRAM, A, 3, 4)));

    List<Batch> parts = batch.split(2);

    assertThat(parts).extracting(Batch::itemCount).containsExactly(2, 2, 2, 1);
    assertThat(parts)
        .extracting(part -> TestData.indexes(part.metrics()))
        .containsExactly(List.of(0L, 1L), List.of(2L, 3L), List.of(4L, 5L), List.of(6L));
    assertThat(parts.get(1).metrics())
        .extracting(MetricData::getType)
        .containsExactly(MetricDataType.LONG_SUM, MetricDataType.HISTOGRAM);
  }

  @ParameterizedTest
  @EnumSource(MetricDataType.class)
  void retainsPointsOfAMetricOfEveryType(MetricDataType type) {
    MetricData whole = TestData.metric(type, A, 0, 5);
    Batch batch = Batch.metrics(List.of(whole));

    Batch kept = batch.retain(bits(1, 4));

    assertThat(kept.itemCount()).isEqualTo(2);
    MetricData metric = kept.metrics().get(0);
    assertThat(TestData.indexes(kept.metrics())).containsExactly(1L, 4L);
    assertThat(metric.getType()).isEqualTo(type);
    assertThat(metric.isEmpty()).isFalse();
    assertThat(metric)
        .extracting(
            MetricData::getName,
            MetricData::getDescription,
            MetricData::getUnit,
            MetricData::getResource,
            MetricData::getInstrumentationScopeInfo)
        .containsExactly(
            whole.getName(),
            whole.getDescription(),
            whole.getUnit(),
            whole.getResource(),
            whole.getInstrumentationScopeInfo());
    List<Object> expected = new ArrayList<>(whole.getData().getPoints());
    assertThat(new ArrayList<Object>(metric.getData().getPoints()))
        .containsExactly(expected.get(1), expected.get(4));
    // The accessors of the type see them too, and those of the other types do not.
    int seen =
        metric.getLongGaugeData().getPoints().size()
            + metric.getDoubleGaugeData().getPoints().size()
            + metric.getLongSumData().getPoints().size()
            + metric.getDoubleSumData().getPoints().size()
            + metric.getSummaryData().getPoints().size()
            + metric.getHistogramData().getPoints().size()
            + metric.getExponentialHistogramData().getPoints().size();
    assertThat(seen).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(MetricDataType.class)
  void keepsTemporalityAndMonotonicity(MetricDataType type) {
    MetricData whole = TestData.metric(type, A, 0, 2);

    MetricData kept = Batch.metrics(List.of(whole)).retain(bits(0)).metrics().get(0);

    if (whole.getData() instanceof SumData<?> sum) {
      SumData<?> keptSum = (SumData<?>) kept.getData();
      assertThat(keptSum.isMonotonic()).isEqualTo(sum.isMonotonic());
      assertThat(keptSum.getAggregationTemporality()).isEqualTo(sum.getAggregationTemporality());
    } else if (whole.getData() instanceof HistogramData histogram) {
      assertThat(kept.getHistogramData().getAggregationTemporality())
          .isEqualTo(histogram.getAggregationTemporality());
    } else if (type == MetricDataType.EXPONENTIAL_HISTOGRAM) {
      assertThat(kept.getExponentialHistogramData().getAggregationTemporality())
          .isEqualTo(whole.getExponentialHistogramData().getAggregationTemporality());
    } else {
      assertThat(kept.getData().getClass()).isEqualTo(whole.getData().getClass());
    }
  }

  @Test
  void retainsWholeMetricsAsTheyAreAndDropsThoseWithoutAPoint() {
    MetricData first = TestData.metric(MetricDataType.LONG_SUM, A, 0, 2);
    MetricData second = TestData.metric(MetricDataType.DOUBLE_SUM, A, 2, 2);
    MetricData third = TestData.metric(MetricDataType.SUMMARY, A, 4, 2);

    Batch kept = Batch.metrics(List.of(first, second, third)).retain(bits(0, 1, 5));

    assertThat(kept.metrics()).hasSize(2).first().isSameAs(first);
    assertThat(TestData.indexes(kept.metrics())).containsExactly(0L, 1L, 5L);
  }

  @Test
  void retainsAgainFromWhatWasRetained() {
    Batch batch = Batch.metrics(List.of(TestData.metric(MetricDataType.HISTOGRAM, A, 0, 6)));

    Batch kept = batch.retain(bits(0, 2, 3, 5)).retain(bits(1, 3));

    assertThat(TestData.indexes(kept.metrics())).containsExactly(2L, 5L);
  }

  @Test
  void retainsSpansAndLogs() {
    assertThat(names(TestData.spans(4).retain(bits(0, 3)))).containsExactly("span 0", "span 3");
    assertThat(TestData.logs(3).retain(bits(1)).logs()).containsExactly(TestData.log(1));
  }

  @Test
  void retainsAllOrNone() {
    Batch batch = TestData.spans(3);

    assertThat(batch.retain(bits(0, 1, 2))).isSameAs(batch);
    assertThat(batch.retain(new BitSet()).itemCount()).isZero();
    assertThat(Batch.logs(List.of()).retain(new BitSet()).itemCount()).isZero();
  }

  @Test
  void copiesTheBitsAndChecksThem() {
    Batch batch = TestData.spans(3);
    BitSet bits = bits(0);

    Batch kept = batch.retain(bits);
    bits.set(2);

    assertThat(batch.retain(bits(0))).isSameAs(kept);
    assertThat(batch.retain(bits).itemCount()).isEqualTo(2);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> batch.retain(bits(3)))
        .withMessage("item 3 of a batch of 3");
  }

  @Test
  void groupsByResourceInOrderOfFirstAppearance() {
    Batch batch =
        Batch.traces(
            List.of(
                TestData.span("1", B),
                TestData.span("2", A),
                TestData.span("3", TestData.resource("b")),
                TestData.span("4", A)));

    List<Batch> groups = batch.byResource();

    assertThat(groups)
        .extracting(BatchDeriveTest::names)
        .containsExactly(List.of("1", "3"), List.of("2", "4"));
    assertThat(groups.get(0).byResource()).first().isSameAs(groups.get(0));
  }

  @Test
  void groupsMetricsAndCountsTheirPoints() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestData.metric(MetricDataType.LONG_SUM, A, 0, 2),
                TestData.metric(MetricDataType.LONG_SUM, B, 2, 5),
                TestData.metric(MetricDataType.SUMMARY, A, 7, 1)));

    assertThat(batch.byResource()).extracting(Batch::itemCount).containsExactly(3, 5);
  }

  @Test
  void givesItselfForOneResourceAndForNone() {
    Batch one = TestData.spans(2);
    Batch none = Batch.metrics(List.of());

    assertThat(one.byResource()).hasSize(1).first().isSameAs(one);
    assertThat(none.byResource()).hasSize(1).first().isSameAs(none);
    assertThat(one.retainedBytes()).isZero();
  }

  @Test
  void remembersWhatItDerived() {
    Batch batch = Batch.traces(List.of(TestData.span("1", A), TestData.span("2", B)));

    assertThat(batch.byResource()).isSameAs(batch.byResource());
    assertThat(batch.split(1)).isSameAs(batch.split(1));
    assertThat(batch.retain(bits(1))).isSameAs(batch.retain(bits(1)));
  }

  @Test
  void remembersNoMoreThanItsBound() {
    Batch batch = TestData.spans(40);
    for (int i = 0; i < 16; i++) {
      batch.retain(bits(i));
    }

    Batch beyond = batch.retain(bits(16));

    assertThat(names(beyond)).containsExactly("span 16");
    assertThat(batch.retain(bits(16))).isNotSameAs(beyond);
    assertThat(batch.retain(bits(3))).isSameAs(batch.retain(bits(3)));
  }

  @Test
  void addsTheItemsOfAnother() {
    Batch batch = TestData.spans(5);
    Batch first = batch.retain(bits(0, 3));
    Batch second = batch.retain(bits(1, 4));
    assertThat(names(first.plus(second))).containsExactly("span 0", "span 3", "span 1", "span 4");
    assertThat(first.plus(second).itemCount()).isEqualTo(4);
    Batch logs = TestData.logs(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.plus(logs))
        .withMessage("Batch[1 logs] cannot be added to Batch[2 traces]");
  }

  @Test
  void countsTheSumUnderTheFamilyOfTheFirst() throws Exception {
    Batch batch = TestData.spans(3);
    Batch sum = batch.retain(bits(0)).plus(batch.retain(bits(2)));
    sum.encoded(TestEncoding.ofBytes("test", 1));
    assertThat(batch.encodingStats()).isEqualTo(sum.encodingStats());
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void knowsWhatItIsAPartOf() {
    Batch batch = TestData.spans(4);
    Batch part = batch.retain(bits(1, 2));
    assertThat(part.isPartOf(batch)).isTrue();
    assertThat(batch.isPartOf(batch)).isTrue();
    assertThat(batch.split(3).get(1).isPartOf(batch)).isTrue();
    assertThat(Batch.traces(List.of()).isPartOf(batch)).isTrue();
    assertThat(batch.isPartOf(part)).isFalse();
    assertThat(part.isPartOf(batch.retain(bits(0, 1)))).isFalse();
    assertThat(part.plus(part).isPartOf(batch)).as("the same items twice").isFalse();
    assertThat(TestData.spans(2).isPartOf(batch)).as("equal items of another batch").isFalse();
    assertThat(TestData.logs(1).isPartOf(batch)).isFalse();
  }

  @Test
  void knowsTheDataPointsThatItIsAPartOf() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestData.metric(MetricDataType.LONG_SUM, A, 0, 3),
                TestData.metric(MetricDataType.HISTOGRAM, B, 3, 2)));
    Batch part = batch.retain(bits(1, 4));
    assertThat(part.isPartOf(batch)).isTrue();
    assertThat(part.retain(bits(1)).isPartOf(part)).isTrue();
    assertThat(batch.retain(bits(0)).isPartOf(part)).isFalse();
    assertThat(part.plus(batch.retain(bits(0))).itemCount()).isEqualTo(3);
  }
}
