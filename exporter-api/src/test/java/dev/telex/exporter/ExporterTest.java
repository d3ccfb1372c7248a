/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What an exporter has by default. */
class ExporterTest {

  /** The least that an author writes. */
  private static class Minimal implements Exporter {
    @Override
    public String name() {
      return "minimal";
    }

    @Override
    public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
      return ExportResult.success(batch).completed();
    }
  }

  private static Minimal endingIn(CompletionStage<ExportResult> shutdown) {
    return new Minimal() {
      @Override
      public CompletionStage<ExportResult> shutdown(Duration grace) {
        assertThat(grace).isEqualTo(Exporter.CLOSE_GRACE);
        return shutdown;
      }
    };
  }

  @Test
  void hasDefaults() {
    try (Exporter exporter = new Minimal()) {
      assertThat(exporter.signals()).containsExactlyInAnyOrder(Signal.values());
      assertThat(exporter.delivery()).isEqualTo(Delivery.ACKNOWLEDGED);
      assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.cumulative());
      assertThat(exporter.flush().toCompletableFuture().join().isDelivered()).isTrue();
      assertThat(exporter.shutdown(Duration.ZERO).toCompletableFuture().join().isDelivered())
          .isTrue();
    }
  }

  @Test
  void signalsHaveLowerCaseIds() {
    assertThat(List.of(Signal.values()))
        .extracting(Signal::id)
        .containsExactly("traces", "metrics", "logs");
  }

  @Test
  void closeKeepsAnInterrupt() {
    Thread.currentThread().interrupt();

    endingIn(new CompletableFuture<>()).close();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void closeDoesNotThrowWhatAShutdownFailsWith() {
    CompletableFuture<ExportResult> cancelled = new CompletableFuture<>();
    cancelled.cancel(false);

    endingIn(CompletableFuture.failedFuture(new IllegalStateException("for the log"))).close();
    endingIn(cancelled).close();
  }
}
