/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingExporterLifecycleTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  private final GatedStream stream = new GatedStream();

  @Test
  void theCallerDoesNotWait() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toStream(stream)) {
      // Would never return if this thread wrote, as the gate is shut.
      CompletionStage<ExportResult> result =
          exporter.export(Samples.spans("a"), ExportContext.none());
      assertThat(stream.entered.await(30, TimeUnit.SECONDS)).isTrue();
      CompletionStage<ExportResult> flushed = exporter.flush();
      assertThat(result.toCompletableFuture()).isNotDone();
      assertThat(flushed.toCompletableFuture()).isNotDone();

      stream.gate.countDown();
      assertThat(await(result).status()).isEqualTo(Status.SUCCESS);
      assertThat(await(flushed).status()).isEqualTo(Status.SUCCESS);
      assertThat(stream.writer()).isNotSameAs(Thread.currentThread());
      assertThat(stream.writer().getName()).startsWith("telex-logging-");
      assertThat(stream.writer().isDaemon()).isTrue();
    }
  }

  @Test
  void whatIsUnderWayEndsWithinTheGrace() throws Exception {
    LoggingExporter exporter = LoggingExporter.toStream(stream);
    CompletionStage<ExportResult> writing =
        exporter.export(Samples.spans("a"), ExportContext.none());
    CompletionStage<ExportResult> waiting =
        exporter.export(Samples.spans("b"), ExportContext.none());
    assertThat(stream.entered.await(30, TimeUnit.SECONDS)).isTrue();

    CompletionStage<ExportResult> closed = exporter.shutdown(LONG);
    assertThat(closed.toCompletableFuture()).isNotDone();
    stream.gate.countDown();

    assertThat(await(closed).status()).isEqualTo(Status.SUCCESS);
    assertThat(await(writing).status()).isEqualTo(Status.SUCCESS);
    assertThat(await(waiting).status()).isEqualTo(Status.SUCCESS);
    assertThat(stream.bytes.toString(UTF_8)).contains(" a ", " b ");
    assertEnds(stream.writer());
  }

  @Test
  void whatTakesLongerEndsAsShutdown() throws Exception {
    LoggingExporter exporter = LoggingExporter.toStream(stream);
    CompletionStage<ExportResult> writing =
        exporter.export(Samples.spans("a"), ExportContext.none());
    CompletionStage<ExportResult> waiting =
        exporter.export(Samples.spans("b"), ExportContext.none());
    assertThat(stream.entered.await(30, TimeUnit.SECONDS)).isTrue();

    ExportResult closed = await(exporter.shutdown(Duration.ofMillis(1)));

    assertThat(closed.status()).isEqualTo(Status.SHUTDOWN);
    assertThat(await(writing).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(await(writing).outcomeUnknown()).isTrue();
    assertThat(await(waiting).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(await(waiting).outcomeUnknown()).isFalse();
    stream.gate.countDown();
    assertEnds(stream.writer());
    assertThat(stream.bytes.toString(UTF_8)).contains(" a ").doesNotContain(" b ");
  }

  @Test
  void aCancelledExportThatWaitsIsNotWritten() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toStream(stream)) {
      exporter.export(Samples.spans("a"), ExportContext.none());
      CancellableContext context = CancellableContext.create();
      CompletionStage<ExportResult> waiting = exporter.export(Samples.spans("b"), context);
      context.cancel();
      ExportResult result = await(waiting);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message()).hasValue("cancelled before it began");
      assertThat(result.outcomeUnknown()).isFalse();

      stream.gate.countDown();
      await(exporter.export(Samples.spans("c"), ExportContext.none()));
      assertThat(stream.bytes.toString(UTF_8)).contains(" a ", " c ").doesNotContain(" b ");
    }
  }

  @Test
  void whatIsCancelledBeforeIsNotWritten() throws Exception {
    stream.gate.countDown();
    CancellableContext context = CancellableContext.create();
    context.cancel();
    try (LoggingExporter exporter =
        LoggingExporter.builder().stream(stream).executor(Runnable::run).build()) {
      ExportResult result = await(exporter.export(Samples.spans("a"), context));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isFalse();
    }
    assertThat(stream.bytes.size()).isZero();
  }

  @Test
  void aCancelledWriteIsNotInterruptedAndItsOutcomeUnknown() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toStream(stream)) {
      CancellableContext context = CancellableContext.create();
      CompletionStage<ExportResult> writing = exporter.export(Samples.spans("a"), context);
      assertThat(stream.entered.await(30, TimeUnit.SECONDS)).isTrue();
      context.cancel();
      ExportResult result = await(writing);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message()).hasValue("cancelled while it wrote");
      assertThat(result.outcomeUnknown()).isTrue();

      stream.gate.countDown();
      await(exporter.export(Samples.spans("b"), ExportContext.none()));
      assertThat(stream.interrupted).isFalse();
      assertThat(stream.bytes.toString(UTF_8)).contains(" a ", " b ");
    }
  }

  @Test
  void tooManyThatWaitAreRetryable() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder().stream(stream).maxWaitingBatches(2).build()) {
      exporter.export(Samples.spans("a"), ExportContext.none());
      assertThat(stream.entered.await(30, TimeUnit.SECONDS)).isTrue();
      exporter.export(Samples.spans("b"), ExportContext.none());
      exporter.export(Samples.spans("c"), ExportContext.none());
      ExportResult result = await(exporter.export(Samples.spans("d"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message())
          .hasValueSatisfying(m -> assertThat(m).endsWith("2 batches wait to be written"));
      assertThat(result.outcomeUnknown()).isFalse();

      stream.gate.countDown();
      await(exporter.flush());
      assertThat(stream.bytes.toString(UTF_8)).contains(" c ").doesNotContain(" d ");
    }
  }

  @Test
  void anExecutorThatWasGivenStaysTheUsers() throws Exception {
    stream.gate.countDown();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      LoggingExporter exporter =
          LoggingExporter.builder().stream(stream).executor(executor).build();
      assertThat(await(exporter.export(Samples.spans("a"), ExportContext.none())).status())
          .isEqualTo(Status.SUCCESS);
      assertThat(stream.writer().getName()).doesNotStartWith("telex-logging-");
      exporter.close();
      assertThat(executor.isShutdown()).isFalse();
    } finally {
      executor.shutdown();
    }
    LoggingExporter rejected = LoggingExporter.builder().stream(stream).executor(executor).build();
    assertThat(await(rejected.export(Samples.spans("a"), ExportContext.none())).status())
        .isEqualTo(Status.RETRYABLE);
    rejected.close();
  }

  @Test
  void anEmptyBatchSucceedsWithoutAThread() throws Exception {
    Set<Thread> before = ourThreads();
    try (LoggingExporter exporter = LoggingExporter.toStream(stream)) {
      ExportResult result = await(exporter.export(Batch.traces(List.of()), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(before).containsAll(ourThreads());
    }
  }

  @Test
  void theFileIsClosedWithTheLastExporterThatWritesIt(@TempDir Path directory) throws Exception {
    assumeTrue(Files.isDirectory(OPEN_FILES), "needs /proc, which Linux has");
    Path file = directory.toRealPath().resolve("a.jsonl");
    LoggingExporter one = LoggingExporter.toFile(file);
    LoggingExporter other = LoggingExporter.toFile(file);
    await(one.export(Samples.spans("a"), ExportContext.none()));
    await(other.export(Samples.spans("b"), ExportContext.none()));
    assertThat(openFiles()).contains(file);

    assertThat(await(one.shutdown(LONG)).status()).isEqualTo(Status.SUCCESS);
    assertThat(openFiles()).contains(file);
    await(other.export(Samples.spans("c"), ExportContext.none()));
    assertThat(await(other.shutdown(LONG)).status()).isEqualTo(Status.SUCCESS);
    assertThat(openFiles()).doesNotContain(file);
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  /** Nobody reads the pipe: the write is stuck in the operating system until the file closes. */
  @Test
  void aStuckWriteDoesNotOutliveTheShutdown(@TempDir Path directory) throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(madePipe(pipe), "needs mkfifo, which POSIX has");
    Set<Thread> before = ourThreads();
    try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
      LoggingExporter exporter = LoggingExporter.toFile(pipe);
      CompletionStage<ExportResult> stuck =
          exporter.export(Samples.spans("x".repeat(1 << 20)), ExportContext.none());
      // Something of it is in the pipe: the write has begun.
      assertThat(reader.read()).isEqualTo('{');

      assertThat(await(exporter.shutdown(Duration.ofMillis(1))).status())
          .isEqualTo(Status.SHUTDOWN);
      assertThat(await(stuck).outcomeUnknown()).isTrue();
      for (Thread thread : ourThreads()) {
        if (!before.contains(thread)) {
          assertEnds(thread);
        }
      }
    }
  }

  @Test
  void settingsAreCheckedAtOnce() {
    LoggingExporterBuilder builder = LoggingExporter.builder();
    assertThatThrownBy(() -> builder.maxItems(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("maxItems is 0: want 1 or more");
    assertThatThrownBy(() -> builder.maxWaitingBatches(-1))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("maxWaitingBatches is -1: want 1 or more");
    assertThatThrownBy(() -> builder.maxLineLength(79))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("maxLineLength is 79: want a number of chars from 80 to 1048576");
    assertThatThrownBy(() -> builder.level(System.Logger.Level.OFF))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("level is OFF: want one of TRACE, DEBUG, INFO, WARNING, ERROR");
  }

  private static boolean madePipe(Path pipe) throws InterruptedException {
    try {
      return new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Set<Thread> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("telex-"))
        .collect(Collectors.toSet());
  }

  private static Set<Path> openFiles() throws IOException {
    try (Stream<Path> links = Files.list(OPEN_FILES)) {
      return links
          .map(
              link -> {
                try {
                  return Files.readSymbolicLink(link);
                } catch (IOException e) {
                  // Closed while we looked.
                  return link;
                }
              })
          .collect(Collectors.toSet());
    }
  }

  private static void assertEnds(Thread thread) throws InterruptedException {
    thread.join(30_000);
    assertThat(thread.isAlive()).isFalse();
  }
}
