/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static io.opentelemetry.sdk.metrics.data.AggregationTemporality.CUMULATIVE;
import static io.opentelemetry.sdk.metrics.data.AggregationTemporality.DELTA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import org.junit.jupiter.api.Test;

class MetricPreferencesTest {

  private static final MetricPreferences EXPONENTIAL =
      MetricPreferences.any()
          .withAggregation(
              DefaultAggregationSelector.getDefault()
                  .with(InstrumentType.HISTOGRAM, Aggregation.base2ExponentialBucketHistogram()));

  @Test
  void statesNothingTemporalitiesOrAggregations() {
    for (InstrumentType type : InstrumentType.values()) {
      assertThat(MetricPreferences.any().temporality(type)).isEmpty();
      assertThat(MetricPreferences.any().aggregation(type)).isEmpty();
      assertThat(MetricPreferences.cumulative().temporality(type)).contains(CUMULATIVE);
      assertThat(MetricPreferences.cumulative().aggregation(type)).isEmpty();
      assertThat(MetricPreferences.delta().temporality(type))
          .contains(
              AggregationTemporalitySelector.deltaPreferred().getAggregationTemporality(type));
    }
    assertThat(MetricPreferences.delta().temporality(InstrumentType.COUNTER)).contains(DELTA);
    assertThat(MetricPreferences.delta().temporality(InstrumentType.UP_DOWN_COUNTER))
        .contains(CUMULATIVE);
    assertThat(EXPONENTIAL.aggregation(InstrumentType.HISTOGRAM))
        .contains(Aggregation.base2ExponentialBucketHistogram());
    assertThat(EXPONENTIAL.aggregation(InstrumentType.COUNTER))
        .contains(Aggregation.defaultAggregation());
    assertThat(EXPONENTIAL.temporality(InstrumentType.HISTOGRAM)).isEmpty();
  }

  @Test
  void takesWhatTheOtherStates() {
    MetricPreferences delta = MetricPreferences.delta();
    MetricPreferences any = MetricPreferences.any();

    assertThat(any.and(delta)).isEqualTo(delta).hasSameHashCodeAs(delta);
    assertThat(delta.and(any)).isEqualTo(delta);
    assertThat(delta.and(delta)).isEqualTo(delta);
    assertThat(any.and(any)).isEqualTo(any);
    assertThat(any).hasToString("MetricPreferences[{}, {}]");
    assertThat(delta.and(EXPONENTIAL)).isEqualTo(EXPONENTIAL.and(delta)).isNotEqualTo(delta);
    assertThat(delta.and(EXPONENTIAL).temporality(InstrumentType.COUNTER)).contains(DELTA);
    assertThat(delta.and(EXPONENTIAL).aggregation(InstrumentType.HISTOGRAM))
        .contains(Aggregation.base2ExponentialBucketHistogram());
  }

  @Test
  void isComparedByBoth() {
    MetricPreferences delta = MetricPreferences.delta();
    MetricPreferences both = delta.and(EXPONENTIAL);

    assertThat(both).isEqualTo(delta.and(EXPONENTIAL)).hasSameHashCodeAs(delta.and(EXPONENTIAL));
    assertThat(both).isNotEqualTo(MetricPreferences.cumulative().and(EXPONENTIAL));
    assertThat(both).isNotEqualTo(delta);
    assertThat(both).isNotEqualTo("delta");
  }

  @Test
  void namesTheInstrumentsThatAreInConflict() {
    MetricPreferences delta = MetricPreferences.delta();
    MetricPreferences cumulative = MetricPreferences.cumulative();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> cumulative.and(delta))
        .withMessageContaining("COUNTER as CUMULATIVE and as DELTA")
        .withMessageContaining("HISTOGRAM as CUMULATIVE and as DELTA")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("UP_DOWN"));
    assertThatIllegalArgumentException().isThrownBy(() -> delta.and(cumulative));
  }

  @Test
  void namesAggregationsThatAreInConflict() {
    MetricPreferences explicit =
        MetricPreferences.any()
            .withAggregation(
                DefaultAggregationSelector.getDefault()
                    .with(InstrumentType.HISTOGRAM, Aggregation.explicitBucketHistogram()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> explicit.and(EXPONENTIAL))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("HISTOGRAM as ExplicitBucketHistogram")
                    .doesNotContain("COUNTER"));
  }

  @Test
  void withChangesACopy() {
    MetricPreferences changed =
        MetricPreferences.cumulative()
            .withTemporality(AggregationTemporalitySelector.deltaPreferred());

    assertThat(changed).isEqualTo(MetricPreferences.delta());
    assertThat(MetricPreferences.cumulative().temporality(InstrumentType.COUNTER))
        .contains(CUMULATIVE);
  }
}
