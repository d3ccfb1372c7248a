/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Exports that are cancelled by their receiver, or that meet a shutdown half-way. */
class InFlightEdgeTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final InFlight inFlight = new InFlight("test", EnumSet.allOf(Signal.class));
  private final Batch batch = TestData.spans(2);

  @Test
  void cancellingTheStageCancelsTheContextOfTheExport() {
    List<ExportContext> contexts = new ArrayList<>();
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletionStage<ExportResult> stage =
        inFlight.run(
            batch,
            ExportContext.none(),
            context -> {
              contexts.add(context);
              context.onCancel(() -> work.complete(ExportResult.retryable("cancelled")));
              return work;
            });

    stage.toCompletableFuture().cancel(true);

    assertThat(contexts).hasSize(1).allMatch(ExportContext::isCancelled);
    assertThat(work).isCompleted();
    assertThat(inFlight.count()).isZero();
  }

  @Test
  void completingTheStageDoesNotCancelTheExport() {
    List<ExportContext> contexts = new ArrayList<>();
    CompletionStage<ExportResult> stage =
        inFlight.run(
            batch,
            ExportContext.none(),
            context -> {
              contexts.add(context);
              return new CompletableFuture<>();
            });

    stage.toCompletableFuture().completeExceptionally(new IllegalStateException("mine"));

    assertThat(contexts).hasSize(1).noneMatch(ExportContext::isCancelled);
    assertThat(inFlight.count()).isEqualTo(1);
  }

  @Test
  void aShutdownThatBeginsWhileAnExportIsTakenInWins() {
    List<String> begun = new ArrayList<>();
    CompletionStage<ExportResult> stage =
        inFlight.run(
            batch,
            new ShuttingDown(),
            context -> {
              begun.add("begun");
              return ExportResult.success(batch).completed();
            });

    assertThat(stage.toCompletableFuture().join().status()).isEqualTo(Status.SHUTDOWN);
    assertThat(begun).isEmpty();
    assertThat(inFlight.count()).isZero();
    assertThat(inFlight.shutdown(LONG).toCompletableFuture().join().status())
        .isEqualTo(Status.SUCCESS);
  }

  /**
   * A caller's context whose first question is answered late: the exporter is shut down by then.
   */
  private final class ShuttingDown implements ExportContext {
    @Override
    public int attempt() {
      inFlight.shutdown(LONG);
      return 1;
    }

    @Override
    public Optional<Duration> remaining() {
      return Optional.empty();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void onCancel(Runnable abort) {}
  }
}
