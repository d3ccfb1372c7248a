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

import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.otlp.OtlpJsonReader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTargetTest {

  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path directory = Path.of("unset");
  private Path file = Path.of("unset");

  @BeforeEach
  void name() {
    file = directory.resolve("undelivered.jsonl");
  }

  /** Every signal, with every kind of field and text, is in the file when the export answers. */
  @Test
  void readingItBackGivesTheItems() throws Exception {
    List<Message> expected = new ArrayList<>();
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      for (int seed = 0; seed < 20; seed++) {
        for (Signal signal : Signal.values()) {
          Batch batch = GeneratedBatches.of(signal, seed, 20);
          ExportResult result = await(exporter.export(batch, ExportContext.none()));
          assertThat(result.status()).isEqualTo(Status.SUCCESS);
          assertThat(result.accepted()).isEqualTo(batch.itemCount());
          expected.add(OtlpJsonReader.expected(batch));
          // It is there already, not only once the file is closed.
          assertThat(Files.readString(file).chars().filter(c -> c == '\n'))
              .hasSize(expected.size());
        }
      }
    }
    assertThat(read(file)).isEqualTo(expected);
  }

  @Test
  void aLineIsTheSharedJsonAndALineEnd() throws Exception {
    Batch batch = Samples.logs("gr\u00fcn\n");
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      await(exporter.export(batch, ExportContext.none()));
      await(exporter.export(batch, ExportContext.none()));
      assertThat(exporter.delivery()).isEqualTo(Delivery.ACKNOWLEDGED);
      assertThat(exporter).hasToString("logging");
    }
    String json = new String(batch.encoded(OtlpEncoding.JSON).toByteArray(), UTF_8);
    assertThat(Files.readString(file)).isEqualTo(json + "\n" + json + "\n");
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void nothingIsMadeBeforeTheFirstExport() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      assertThat(file).doesNotExist();
      await(exporter.export(Batch.traces(List.of()), ExportContext.none()));
      assertThat(file).doesNotExist();
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(file).exists();
    }
  }

  @Test
  void anotherExporterAppends() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
        await(exporter.export(Samples.spans(name), ExportContext.none()));
      }
    }
    assertThat(spanNames(file)).containsExactly("a", "b", "c");
  }

  @Test
  void aTornLastLineStaysALineOfItsOwn() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
    }
    String whole = Files.readString(file);
    String torn = whole.substring(0, whole.length() / 2);
    Files.writeString(file, whole + torn);

    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      await(exporter.export(Samples.spans("b"), ExportContext.none()));
      await(exporter.export(Samples.spans("c"), ExportContext.none()));
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).isEqualTo(torn);
    lines.remove(1);
    Files.write(file, lines);
    assertThat(spanNames(file)).containsExactly("a", "b", "c");
  }

  @Test
  void anEmptyFileGetsNoEmptyLine() throws Exception {
    Files.createFile(file);
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  /** As who replays a file does: nothing may go where nobody looks. */
  @Test
  void aFileThatWasMovedOrDeletedIsMadeAgain() throws Exception {
    Path moved = directory.resolve("moved.jsonl");
    try (LoggingExporter exporter = LoggingExporter.toFile(file)) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
      Files.move(file, moved);
      await(exporter.export(Samples.spans("b"), ExportContext.none()));
      assertThat(spanNames(moved)).containsExactly("a");
      assertThat(spanNames(file)).containsExactly("b");

      Files.delete(file);
      await(exporter.export(Samples.spans("c"), ExportContext.none()));
      assertThat(spanNames(file)).containsExactly("c");

      // And emptied, as log rotation may do.
      Files.write(file, new byte[0]);
      await(exporter.export(Samples.spans("d"), ExportContext.none()));
      assertThat(spanNames(file)).containsExactly("d");
    }
  }

  /** An interrupt, of the user's executor for instance, closes the channel. */
  @Test
  void anInterruptDoesNotEndIt() throws Exception {
    LineFile lines = LineFile.join(file);
    lines.append(Samples.spans("a").encoded(OtlpEncoding.JSON), Rotation.never());
    Payload interrupted = Samples.spans("b").encoded(OtlpEncoding.JSON);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> lines.append(interrupted, Rotation.never()))
        .isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    lines.append(Samples.spans("c").encoded(OtlpEncoding.JSON), Rotation.never());
    lines.leave();
    assertThat(spanNames(file)).startsWith("a").endsWith("c");
    assertThatThrownBy(() -> lines.append(interrupted, Rotation.never()))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aFileForEachSignalIfAskedFor() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder().file(file).filePerSignal(true).build()) {
      for (Signal signal : Signal.values()) {
        await(exporter.export(GeneratedBatches.of(signal, 1, 10), ExportContext.none()));
      }
    }
    assertThat(file).doesNotExist();
    assertThat(read(directory.resolve("undelivered-traces.jsonl")))
        .containsExactly(OtlpJsonReader.expected(GeneratedBatches.of(Signal.TRACES, 1, 10)));
    assertThat(read(directory.resolve("undelivered-metrics.jsonl")))
        .containsExactly(OtlpJsonReader.expected(GeneratedBatches.of(Signal.METRICS, 1, 10)));
    assertThat(read(directory.resolve("undelivered-logs.jsonl")))
        .containsExactly(OtlpJsonReader.expected(GeneratedBatches.of(Signal.LOGS, 1, 10)));
  }

  /** Many threads, three exporters, one of them on several threads of its own: no line is torn. */
  @Test
  void linesOfManyThreadsStayWhole() throws Exception {
    int threads = 8;
    int batches = 40;
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    ExecutorService writers = Executors.newFixedThreadPool(4);
    List<String> expected = new ArrayList<>();
    try (LoggingExporter one =
            LoggingExporter.builder().file(file).maxWaitingBatches(1_000).build();
        LoggingExporter two =
            LoggingExporter.builder()
                .file(directory.resolve("./undelivered.jsonl"))
                .maxWaitingBatches(1_000)
                .build();
        LoggingExporter three = LoggingExporter.builder().file(file).executor(writers).build()) {
      List<LoggingExporter> exporters = List.of(one, two, three);
      List<Future<List<CompletionStage<ExportResult>>>> called = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        for (int b = 0; b < batches; b++) {
          expected.add(thread + "-" + b);
        }
        called.add(
            callers.submit(
                () -> {
                  List<CompletionStage<ExportResult>> results = new ArrayList<>();
                  for (int b = 0; b < batches; b++) {
                    Batch batch = padded(thread + "-" + b);
                    results.add(exporters.get(b % 3).export(batch, ExportContext.none()));
                  }
                  return results;
                }));
      }
      for (Future<List<CompletionStage<ExportResult>>> results : called) {
        for (CompletionStage<ExportResult> result : results.get(30, TimeUnit.SECONDS)) {
          assertThat(await(result).status()).isEqualTo(Status.SUCCESS);
        }
      }
    } finally {
      callers.shutdown();
      writers.shutdown();
    }
    assertThat(spanNames(file)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aFullDiskIsRetryable() throws Exception {
    assumeTrue(Files.exists(FULL), "needs /dev/full, which Linux has");
    try (LoggingExporter exporter = LoggingExporter.toFile(FULL)) {
      ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message()).hasValue("cannot write full: No space left on device");
      assertThat(result.cause()).containsInstanceOf(IOException.class);
      assertThat(result.outcomeUnknown()).isFalse();
      assertThat(result.accepted()).isZero();
    }
  }

  @Test
  void aDirectoryThatWentAwayIsRetryable() throws Exception {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    try (LoggingExporter exporter = LoggingExporter.toFile(gone.resolve("file.jsonl"))) {
      Files.delete(gone);
      ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isFalse();

      Files.createDirectory(gone);
      result = await(exporter.export(Samples.spans("b"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(spanNames(gone.resolve("file.jsonl"))).containsExactly("b");
  }

  @Test
  void whatCannotBeWrittenIsRefusedAtOnce() throws Exception {
    Path missing = directory.resolve("no/such/file.jsonl");
    assertThatThrownBy(() -> LoggingExporter.toFile(missing))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "file is '%s': there is no directory %s: create it first",
            missing, missing.getParent());
    assertThatThrownBy(() -> LoggingExporter.toFile(directory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("file is '%s': that is a directory: want the path of a file", directory);
    assertThatThrownBy(() -> LoggingExporter.toFile(Path.of("/")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("want the path of a file");

    Files.createDirectory(directory.resolve("undelivered-logs.jsonl"));
    LoggingExporterBuilder perSignal = LoggingExporter.builder().file(file).filePerSignal(true);
    assertThatThrownBy(perSignal::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("undelivered-logs.jsonl': that is a directory");
  }

  @Test
  void permissionsAreCheckedAtOnce() throws Exception {
    Files.createFile(file);
    assumeTrue(
        file.toFile().setWritable(false) && !Files.isWritable(file),
        "needs a user whom permissions bind, and a file system that has them");
    assertThatThrownBy(() -> LoggingExporter.toFile(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("file is '%s': that file cannot be written: change its permissions", file);
  }

  @Test
  void aFileIsAlwaysJson() {
    LoggingExporterBuilder pretty =
        LoggingExporter.builder().file(file).format(LoggingFormat.PRETTY);
    assertThatThrownBy(pretty::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "format is PRETTY: a file is written as OTLP_JSON; readable text goes to a stream");
    LoggingExporterBuilder noFile = LoggingExporter.builder().filePerSignal(true);
    assertThatThrownBy(noFile::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("filePerSignal is true, but there is no file");
  }

  /** Lines of very different lengths. */
  private static Batch padded(String name) {
    List<SpanData> spans = new ArrayList<>(Samples.spans(name).spans());
    int padding = Math.floorMod(name.hashCode(), 7);
    if (padding > 0) {
      spans.add(Samples.span().setName("-".repeat(padding * 5_000)).build());
    }
    return Batch.traces(spans);
  }

  private static List<Message> read(Path file) throws IOException {
    List<Message> messages = new ArrayList<>();
    byte[] all = Files.readAllBytes(file);
    assertThat(all[all.length - 1]).isEqualTo((byte) '\n');
    // Only \n ends a line: readAllLines would also take others.
    for (String line : new String(all, 0, all.length - 1, UTF_8).split("\n", -1)) {
      messages.add(OtlpJsonReader.read(line.getBytes(UTF_8)));
    }
    return messages;
  }

  /** The name of the first span of each line. */
  private static List<String> spanNames(Path file) throws IOException {
    return read(file).stream()
        .map(
            message ->
                ((ExportTraceServiceRequest) message)
                    .getResourceSpans(0)
                    .getScopeSpans(0)
                    .getSpans(0)
                    .getName())
        .toList();
  }
}
