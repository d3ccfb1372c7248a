/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.VirtualScheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** What the tests of decorators share: virtual time, and a chain in it. */
abstract class ChainTest {

  final VirtualScheduler time = new VirtualScheduler();
  final RecordingExporter backend = RecordingExporter.named("backend");
  final RecordingExporter file = RecordingExporter.named("file");
  final DeliveryStats stats = new DeliveryStats();
  final CancellableContext context = CancellableContext.create();

  /** Attempts after the first come 1 s, 2 s, 4 s, … later: without jitter. */
  final RetryPolicy policy = RetryPolicy.builder().random(() -> 1).maxAttempts(4).build();

  Exporter build(ExporterChain chain) {
    return chain.scheduler(time, time::nanoTime).executor(Runnable::run).listener(stats).build();
  }

  CompletableFuture<ExportResult> export(Exporter exporter, Batch batch) {
    return exporter.export(batch, context).toCompletableFuture();
  }

  static ExportContext none() {
    return ExportContext.none();
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @AfterEach
  void noTimerIsLeft() {
    assertThat(time.pending()).as("timers left").isZero();
  }
}
