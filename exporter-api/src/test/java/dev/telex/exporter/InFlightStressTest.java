/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exports that begin while the exporter is shut down: whatever the order, every promise ends. */
class InFlightStressTest {

  private static final int ROUNDS = 500;
  private static final int RUNNERS = 3;
  private static final int EXPORTS = 8;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final Batch batch = TestData.spans(1);

  @AfterEach
  void stopThreads() throws Exception {
    threads.shutdownNow();
    workers.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** Answers on another thread, answers when it is cancelled, or never answers. */
  private CompletionStage<ExportResult> begin(int kind, ExportContext context) {
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    switch (kind % 3) {
      case 0 -> workers.execute(() -> work.complete(ExportResult.success(batch)));
      case 1 -> context.onCancel(() -> work.complete(ExportResult.retryable("cancelled")));
      default -> {}
    }
    return work;
  }

  @Test
  void everyPromiseEnds() throws Exception {
    Map<Status, Integer> ends = new EnumMap<>(Status.class);
    for (int round = 0; round < ROUNDS; round++) {
      InFlight inFlight = new InFlight("test", EnumSet.allOf(Signal.class));
      CyclicBarrier start = new CyclicBarrier(RUNNERS + 2);
      List<Future<List<CompletionStage<ExportResult>>>> runners = new ArrayList<>();
      for (int runner = 0; runner < RUNNERS; runner++) {
        runners.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  List<CompletionStage<ExportResult>> stages = new ArrayList<>();
                  for (int i = 0; i < EXPORTS; i++) {
                    int kind = i;
                    stages.add(
                        inFlight.run(batch, ExportContext.none(), context -> begin(kind, context)));
                  }
                  return stages;
                }));
      }
      Duration grace = round % 2 == 0 ? Duration.ZERO : Duration.ofNanos(50_000);
      List<Future<CompletionStage<ExportResult>>> shutdowns = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        shutdowns.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  return inFlight.shutdown(grace);
                }));
      }

      for (Future<CompletionStage<ExportResult>> shutdown : shutdowns) {
        assertThat(Await.result(shutdown.get(30, TimeUnit.SECONDS))).isNotNull();
      }
      for (Future<List<CompletionStage<ExportResult>>> runner : runners) {
        for (CompletionStage<ExportResult> stage : runner.get(30, TimeUnit.SECONDS)) {
          ExportResult result = Await.result(stage);
          ends.merge(result.status(), 1, Integer::sum);
        }
      }
      assertThat(inFlight.count()).isZero();
    }
    assertThat(ends).containsOnlyKeys(Status.SUCCESS, Status.SHUTDOWN);
  }
}
