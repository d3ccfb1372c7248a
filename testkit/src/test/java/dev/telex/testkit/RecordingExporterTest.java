/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordingExporterTest {

  private final Batch batch = SampleBatches.spans(3);
  private final RecordingExporter exporter = RecordingExporter.named("backend");

  @Test
  void remembersWhatItWasGivenAndSucceeds() {
    CancellableContext second = CancellableContext.childOf(ExportContext.none(), 2);
    assertThat(export(second).join().accepted()).isEqualTo(3);
    assertThat(exporter.batches()).containsExactly(batch);
    assertThat(exporter.calls().get(0).attempt()).isEqualTo(2);
    assertThat(exporter).hasToString("backend");
  }

  @Test
  void givesQueuedAnswersInOrderAndThenTheUsualOne() {
    exporter
        .thenAnswer(ExportResult.permanent("first"))
        .thenAnswer(sent -> ExportResult.retryable(sent.itemCount() + " again"))
        .otherwise(call -> ExportResult.permanent("usual").completed());
    assertThat(export(ExportContext.none()).join().message()).contains("first");
    assertThat(export(ExportContext.none()).join().message()).contains("3 again");
    assertThat(export(ExportContext.none()).join().message()).contains("usual");
  }

  @Test
  void aHeldAnswerComesWhenTheTestSaysSo() {
    exporter.thenHold();
    CompletableFuture<ExportResult> result = export(ExportContext.none());
    assertThat(result).isNotDone();
    exporter.calls().get(0).held().complete(ExportResult.success(batch));
    assertThat(result.join().status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void anAnswerHeldUntilCancelledComesWithTheCancellation() {
    exporter.thenHoldUntilCancelled();
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result = export(context);
    assertThat(result).isNotDone();
    context.cancel();
    assertThat(result.join().status()).isEqualTo(Status.RETRYABLE);
  }

  @Test
  void misbehavesAsItIsTold() {
    exporter
        .then(
            call -> {
              throw new IllegalStateException("broken");
            })
        .then(call -> null);
    assertThatThrownBy(() -> exporter.export(batch, ExportContext.none())).hasMessage("broken");
    assertThat(exporter.export(batch, ExportContext.none())).isNull();
  }

  @Test
  void takesNothingAfterShutdown() {
    exporter.flush();
    exporter.shutdown(Duration.ZERO);
    assertThat(export(ExportContext.none()).join().status()).isEqualTo(Status.SHUTDOWN);
    assertThat(exporter.calls()).isEmpty();
    assertThat(exporter.flushes()).isEqualTo(1);
    assertThat(exporter.shutdowns()).isEqualTo(1);
  }

  private CompletableFuture<ExportResult> export(ExportContext context) {
    return exporter.export(batch, context).toCompletableFuture();
  }
}
