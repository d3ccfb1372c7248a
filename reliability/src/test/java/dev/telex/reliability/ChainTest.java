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
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** What the tests of decorators share: virtual time, and a chain in it. */
abstract class ChainTest {

  final VirtualScheduler time = new VirtualScheduler();
  final RecordingExporter backend = RecordingExporter.named("backend");
  final RecordingExporter file = RecordingExporter.named("file");
  final DeliveryStats stats = new DeliveryStats();
  final CancellableContext context = CancellableContext.create();
  final RetryRegistry retries = RetryRegistry.ofDefaults();

  /** Attempts after the first come 1 s, 2 s, 4 s, … later: without jitter. */
  final RetryPolicy policy = RetryPolicy.builder().random(() -> 1).maxAttempts(4).build();

  private final List<Exporter> chains = new ArrayList<>();
  private final List<CompletableFuture<ExportResult>> promises = new ArrayList<>();

  /** A chain in virtual time whose legs and retries run on the thread that calls. */
  Exporter build(ExporterChain chain) {
    return keep(
        chain.scheduler(time, time::nanoTime).executor(Runnable::run).listener(stats).build());
  }

  /** A chain whose retries are those of {@link #retries}. */
  ExporterChain registered(ExporterChain chain) {
    return chain.registries(
        retries, TimeLimiterRegistry.ofDefaults(), CircuitBreakerRegistry.ofDefaults());
  }

  /** Any chain, to be closed after the test. */
  Exporter keep(Exporter chain) {
    chains.add(chain);
    return chain;
  }

  CompletableFuture<ExportResult> export(Exporter exporter, Batch batch) {
    CompletableFuture<ExportResult> promise = exporter.export(batch, context).toCompletableFuture();
    promises.add(promise);
    return promise;
  }

  static ExportContext none() {
    return ExportContext.none();
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @AfterEach
  void noTimerAndNoPromiseIsLeft() {
    assertThat(time.pending()).as("timers left").isZero();
    for (Exporter chain : chains) {
      promises.add(chain.shutdown(Duration.ZERO).toCompletableFuture());
    }
    time.advance(seconds(1));
    assertThat(promises.stream().filter(promise -> !promise.isDone()).count())
        .as("promises left open of " + promises.size())
        .isZero();
    assertThat(time.pending()).as("timers left after the shutdown").isZero();
  }
}
