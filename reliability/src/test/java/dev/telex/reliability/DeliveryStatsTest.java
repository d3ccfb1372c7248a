/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.SampleBatches;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryStatsTest {

  private final DeliveryStats stats = new DeliveryStats();
  private final Batch batch = SampleBatches.spans(10);

  @Test
  void everyItemOfABatchCountsOnce() {
    ExportResult result =
        ExportResult.permanent("bad")
            .summed(ExportResult.Status.PERMANENT, 4, List.of(new Rejection(1, "old")), null)
            .withFellBack(3);
    stats.onResult("eu", batch, result);
    stats.onResult("eu", batch, result);
    assertThat(stats.of("eu", Signal.TRACES))
        .isEqualTo(new DeliveryStats.Counts(2, 20, 8, 2, 6, 4, 0, 0, 0));
  }

  @Test
  void aBackendThatClaimsToHaveRejectedMoreThanItWasSentIsNotBelieved() {
    ExportResult result =
        ExportResult.success(batch)
            .summed(ExportResult.Status.PARTIAL, 4, List.of(new Rejection(50, "old")), null)
            .withFellBack(3);
    stats.onResult("eu", batch, result);
    DeliveryStats.Counts counts = stats.of("eu", Signal.TRACES);
    assertThat(counts.rejected()).isEqualTo(3);
    assertThat(counts.dropped()).isZero();
  }

  @Test
  void onlyWhatFollowsALostAnswerIsAPossibleDuplicate() {
    ExportResult busy = ExportResult.retryable("busy");
    stats.onRetry("eu", batch, busy, Duration.ZERO);
    stats.onFallback("eu", batch, busy);
    assertThat(stats.of("eu", Signal.TRACES))
        .isEqualTo(new DeliveryStats.Counts(0, 0, 0, 0, 0, 0, 1, 0, 0));
    stats.onRetry("eu", batch, busy.withOutcomeUnknown(), Duration.ZERO);
    stats.onFallback("eu", batch, busy.withOutcomeUnknown());
    stats.onResult("eu", batch, busy.withOutcomeUnknown());
    assertThat(stats.of("eu", Signal.TRACES))
        .isEqualTo(new DeliveryStats.Counts(1, 10, 0, 0, 0, 10, 2, 2, 20));
  }

  @Test
  void legsAreInOrderAndThenSignals() {
    Batch logs = SampleBatches.logs(1);
    stats.onResult("us", batch, ExportResult.success(batch));
    stats.onResult("eu", logs, ExportResult.success(logs));
    stats.onResult("eu", batch, ExportResult.success(batch));
    assertThat(stats.snapshot().keySet())
        .containsExactly(
            new DeliveryStats.Key("eu", Signal.TRACES),
            new DeliveryStats.Key("eu", Signal.LOGS),
            new DeliveryStats.Key("us", Signal.TRACES));
    assertThat(stats.toString()).startsWith("DeliveryStats{Key[leg=eu, signal=TRACES]=Counts[");
    assertThat(stats.of("nobody", Signal.LOGS).items()).isZero();
  }
}
