/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingExporterTest {

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final CancellableContext caller = CancellableContext.create();
  private final Batch batch = TestData.spans(2);

  @AfterEach
  void stopThreads() throws Exception {
    executor.shutdownNow();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Thread.interrupted()).as("a leaked interrupt").isFalse();
  }

  private final CompletableFuture<Boolean> leftInterrupted = new CompletableFuture<>();

  private CompletableFuture<ExportResult> export(BlockingExport body) {
    return Exporter.blocking("test", this::execute, body)
        .export(batch, caller)
        .toCompletableFuture();
  }

  /** Tells in which state a task leaves its thread: a pool's own next task would not see it. */
  private void execute(Runnable task) {
    executor.execute(
        () -> {
          try {
            task.run();
          } finally {
            leftInterrupted.complete(Thread.currentThread().isInterrupted());
          }
        });
  }

  @Test
  void runsItsBodyOnTheExecutor() throws Exception {
    AtomicBoolean here = new AtomicBoolean();
    Thread test = Thread.currentThread();

    ExportResult result =
        Await.result(
            export(
                (given, context) -> {
                  here.set(Thread.currentThread() == test);
                  assertThat(given).isSameAs(batch);
                  assertThat(context.attempt()).isEqualTo(1);
                  return ExportResult.success(given);
                }));

    assertThat(result).hasToString("SUCCESS[accepted=2]");
    assertThat(here).isFalse();
  }

  @Test
  void carriesTheSignalsThatItWasGiven() {
    Exporter all = Exporter.blocking("all", executor, (b, c) -> ExportResult.success(b));
    Exporter logs =
        Exporter.blocking(
            "logs", EnumSet.of(Signal.LOGS), executor, (b, c) -> ExportResult.success(b));

    assertThat(all.signals()).containsExactlyInAnyOrder(Signal.values());
    assertThat(logs.signals()).containsExactly(Signal.LOGS);
    assertThat(logs.export(batch, caller).toCompletableFuture().join().status())
        .isEqualTo(Status.PERMANENT);
    assertThat(logs.name()).isEqualTo("logs");
    assertThat(logs).hasToString("logs");
  }

  @Test
  void whatTheBodyThrowsBecomesAResult() throws Exception {
    ExportResult io =
        Await.result(
            export(
                (b, c) -> {
                  throw new IOException("reset");
                }));
    ExportResult bug =
        Await.result(
            export(
                (b, c) -> {
                  throw new AssertionError("bug");
                }));

    assertThat(io.status()).isEqualTo(Status.RETRYABLE);
    assertThat(bug.status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  @SuppressWarnings("NullAway") // What somebody else's body may do.
  void aMissingResultIsABugOfTheBody() throws Exception {
    assertThat(Await.result(export((b, c) -> null)))
        .hasToString("PERMANENT[accepted=0, the exporter returned no result]");
  }

  @Test
  void aVirtualMachineErrorReachesTheExecutorAndEndsThePromise() throws Exception {
    Error error = new OutOfMemoryError("heap");
    List<Throwable> thrown = new ArrayList<>();
    Exporter exporter =
        Exporter.blocking(
            "test",
            task ->
                executor.execute(
                    () -> {
                      try {
                        task.run();
                      } catch (Throwable e) {
                        thrown.add(e);
                      }
                    }),
            (b, c) -> {
              throw error;
            });

    ExportResult result = Await.result(exporter.export(batch, caller));

    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.cause()).containsSame(error);
    executor.submit(() -> {}).get(30, TimeUnit.SECONDS);
    assertThat(thrown).containsExactly(error);
  }

  @Test
  void interruptsItsBodyOnCancelAndNobodyElse() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<ExportResult> stage =
        export(
            (b, c) -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return ExportResult.success(b);
            });
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    caller.cancel();

    ExportResult result = Await.result(stage);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(Await.result(leftInterrupted)).isFalse();
  }

  @Test
  void aBodyThatOverlooksItsInterruptDoesNotLeakIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<ExportResult> stage =
        export(
            (b, c) -> {
              begun.countDown();
              while (!c.isCancelled()) {
                Thread.onSpinWait();
              }
              return ExportResult.success(b);
            });
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    caller.cancel();

    Await.result(stage);
    assertThat(Await.result(leftInterrupted)).isFalse();
  }

  @Test
  void aBodyThatHasNotBegunIsNotBegun() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    executor.execute(
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    CompletableFuture<ExportResult> stage =
        export(
            (b, c) -> {
              runs.incrementAndGet();
              return ExportResult.success(b);
            });

    caller.cancel();

    assertThat(stage).isCompleted();
    assertThat(stage.join()).hasToString("RETRYABLE[accepted=0, cancelled before it began]");
    release.countDown();
    assertThat(Await.result(leftInterrupted)).isFalse();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aCancelThatComesTooLateInterruptsNobody() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    List<Boolean> interrupted = new ArrayList<>();
    Exporter exporter =
        Exporter.blocking(
            "test",
            task ->
                executor.execute(
                    () -> {
                      task.run();
                      try {
                        cancelled.await();
                        interrupted.add(false);
                      } catch (InterruptedException e) {
                        interrupted.add(true);
                      }
                    }),
            (b, c) -> ExportResult.success(b));
    assertThat(Await.result(exporter.export(batch, caller)).isDelivered()).isTrue();

    caller.cancel();
    cancelled.countDown();

    executor.submit(() -> {}).get(30, TimeUnit.SECONDS);
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void anInterruptThatIsNotOursIsKept() throws Exception {
    CompletableFuture<ExportResult> stage =
        export(
            (b, c) -> {
              throw new InterruptedException("by the executor's owner");
            });

    assertThat(Await.result(stage).status()).isEqualTo(Status.RETRYABLE);
    assertThat(Await.result(leftInterrupted)).isTrue();
  }

  @Test
  void anExecutorThatRefusesIsRetryable() {
    Exporter exporter =
        Exporter.blocking(
            "test",
            task -> {
              throw new RejectedExecutionException("full");
            },
            (b, c) -> ExportResult.success(b));

    ExportResult result = exporter.export(batch, caller).toCompletableFuture().join();

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(exporter.flush().toCompletableFuture().join().status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void aBodyOnTheCallersThreadIsInterruptedToo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Exporter direct =
        Exporter.blocking(
            "direct",
            Runnable::run,
            (b, c) -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return ExportResult.success(b);
            });
    CompletableFuture<ExportResult> result =
        CompletableFuture.supplyAsync(() -> direct.export(batch, caller), this::execute)
            .thenCompose(stage -> stage);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    caller.cancel();

    assertThat(Await.result(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(Await.result(leftInterrupted)).isFalse();
  }

  @Test
  void shutdownInterruptsABodyAfterTheGrace() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Exporter exporter =
        Exporter.blocking(
            "test",
            this::execute,
            (b, c) -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return ExportResult.success(b);
            });
    CompletableFuture<ExportResult> stage = exporter.export(batch, caller).toCompletableFuture();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    ExportResult result = Await.result(exporter.shutdown(Duration.ofMillis(1)));

    assertThat(result.status()).isEqualTo(Status.SHUTDOWN);
    assertThat(Await.result(stage).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(Await.result(leftInterrupted)).isFalse();
    assertThat(executor.isShutdown()).as("the executor is not ours").isFalse();
    assertThat(exporter.export(batch, caller).toCompletableFuture().join().status())
        .isEqualTo(Status.SHUTDOWN);
  }

  @Test
  void closeWaitsForWhatIsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    Exporter exporter =
        Exporter.blocking(
            "test",
            executor,
            (b, c) -> {
              begun.countDown();
              release.await();
              done.set(true);
              return ExportResult.success(b);
            });
    CompletableFuture<ExportResult> stage = exporter.export(batch, caller).toCompletableFuture();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    Thread closer =
        new Thread(
            () -> {
              exporter.close();
              closed.complete(done.get());
            });
    closer.start();
    Await.until("close waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
    assertThat(closed).isNotDone();

    release.countDown();

    assertThat(Await.result(closed)).isTrue();
    assertThat(Await.result(stage).status()).isEqualTo(Status.SUCCESS);
    closer.join();
    exporter.close();
  }
}
