/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.otlp.OtlpEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is forced to the disk (fsync), by the word of the Java flight recorder. */
class FileForceTest {

  @TempDir private Path directory = Path.of("unset");
  private Path file = Path.of("unset");

  @BeforeEach
  void name() throws IOException {
    directory = directory.toRealPath();
    file = directory.resolve("undelivered.jsonl");
  }

  @Test
  void flushAndShutdownForceAndAnExportDoesNot() throws Exception {
    LoggingExporter exporter = LoggingExporter.toFile(file);
    try (Forced forced = new Forced()) {
      assertThat(await(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
      write(exporter);
      assertThat(forced.paths()).isEmpty();
    }
    try (Forced forced = new Forced()) {
      assertThat(await(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
      // The name in the directory is new.
      assertThat(forced.paths()).containsExactly(file, directory);
    }
    try (Forced forced = new Forced()) {
      assertThat(await(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
      assertThat(forced.paths()).isEmpty();
    }
    try (Forced forced = new Forced()) {
      write(exporter);
      assertThat(await(exporter.shutdown(Duration.ZERO)).status()).isEqualTo(Status.SUCCESS);
      assertThat(forced.paths()).containsExactly(file);
    }
  }

  @Test
  void whatIsRotatedOrReplacedIsForcedBefore() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.builder().file(file).rotateAtBytes(1).build()) {
      try (Forced forced = new Forced()) {
        write(exporter);
        write(exporter);
        assertThat(forced.paths()).containsExactly(file, directory);
      }
      try (Forced forced = new Forced()) {
        Files.move(file, directory.resolve("moved"));
        write(exporter);
        assertThat(forced.paths()).containsExactly(file, directory);
      }
    }
  }

  /** An interrupt closes the channel; the next force opens the file again. */
  @Test
  void aFileThatAnInterruptClosedIsForced() throws Exception {
    LineFile lines = LineFile.join(file);
    lines.append(Samples.spans("a").encoded(OtlpEncoding.JSON), Rotation.never());
    interrupted(lines);
    try (Forced forced = new Forced()) {
      lines.force();
      assertThat(forced.paths()).contains(file);
    }
    lines.append(Samples.spans("a").encoded(OtlpEncoding.JSON), Rotation.never());
    interrupted(lines);
    Files.delete(file);
    assertThatThrownBy(lines::force).isInstanceOf(IOException.class);
    lines.leave();
  }

  /** What cannot be forced is said by the flush, and costs no line. */
  @Test
  void aFlushTellsTheTruth() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (LoggingExporter exporter =
        LoggingExporter.builder().file(file).executor(executor).build()) {
      write(exporter);
      LineFile lines = LineFile.join(file);
      interrupted(lines);
      lines.leave();
      Files.move(file, directory.resolve("moved"));
      Files.createFile(file);

      ExportResult flushed = await(exporter.flush());
      assertThat(flushed.status()).isEqualTo(Status.RETRYABLE);
      assertThat(flushed.outcomeUnknown()).isTrue();
      assertThat(flushed.message())
          .hasValueSatisfying(words -> assertThat(words).contains("moved or deleted before"));

      write(exporter);
      assertThat(await(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
    } finally {
      executor.shutdown();
    }
  }

  /** An executor that drops what it took must not keep a flush open for ever. */
  @Test
  void aFlushEndsWithTheShutdown() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    LoggingExporter exporter = LoggingExporter.builder().file(file).executor(executor).build();
    write(exporter);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    executor.execute(
        () -> {
          busy.countDown();
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
    CompletionStage<ExportResult> flushed = exporter.flush();
    assertThat(executor.shutdownNow()).hasSize(1);
    assertThat(flushed.toCompletableFuture()).isNotDone();

    ExportResult closed = await(exporter.shutdown(Duration.ofSeconds(30)));
    assertThat(closed.status()).isEqualTo(Status.RETRYABLE);
    assertThat(closed.message())
        .hasValueSatisfying(words -> assertThat(words).startsWith("the disk was not forced"));
    assertThat(await(flushed).status()).isEqualTo(Status.SHUTDOWN);
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void write(LoggingExporter exporter) throws Exception {
    ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
  }

  private static void interrupted(LineFile lines) throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> lines.append(Samples.spans("b").encoded(OtlpEncoding.JSON), Rotation.never()))
        .isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Records what this process forces in the directory of the test. */
  private final class Forced implements AutoCloseable {
    private final Recording recording = new Recording();

    Forced() {
      recording.enable("jdk.FileForce").withoutThreshold();
      recording.start();
    }

    List<Path> paths() throws IOException {
      Path dump = Files.createTempFile("forced", ".jfr");
      try {
        recording.dump(dump);
        return RecordingFile.readAllEvents(dump).stream()
            .map(event -> Path.of(event.getString("path")))
            .filter(path -> path.startsWith(directory))
            .toList();
      } finally {
        Files.delete(dump);
      }
    }

    @Override
    public void close() {
      recording.close();
    }
  }
}
