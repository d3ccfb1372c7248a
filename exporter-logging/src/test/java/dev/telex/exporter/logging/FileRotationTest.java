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
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.otlp.OtlpJsonDecoder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRotationTest {

  /** Of a line with one span whose name has one char. */
  private static final long LINE = lineBytes();

  private final SetClock clock = new SetClock(Instant.parse("2026-11-21T07:00:00Z"));

  @TempDir private Path directory = Path.of("unset");
  private Path file = Path.of("unset");

  @BeforeEach
  void name() {
    file = directory.resolve("undelivered.jsonl");
  }

  @Test
  void bySize() throws Exception {
    try (LoggingExporter exporter = builder().rotateAtBytes(2 * LINE).build()) {
      for (String name : List.of("a", "b", "c", "d", "e")) {
        clock.now = clock.now.plusSeconds(1);
        write(exporter, name);
      }
    }
    assertThat(names())
        .containsExactly(
            "undelivered-20261121T070003Z-1.jsonl",
            "undelivered-20261121T070005Z-2.jsonl",
            "undelivered.jsonl");
    assertThat(spans("undelivered-20261121T070003Z-1.jsonl")).containsExactly("a", "b");
    assertThat(spans("undelivered-20261121T070005Z-2.jsonl")).containsExactly("c", "d");
    assertThat(spans("undelivered.jsonl")).containsExactly("e");
  }

  @Test
  void aLineThatIsLongerHasAFileOfItsOwn() throws Exception {
    try (LoggingExporter exporter = builder().rotateAtBytes(LINE).build()) {
      for (String name : List.of("a", "b".repeat(5_000), "c")) {
        write(exporter, name);
      }
    }
    assertThat(names()).hasSize(3);
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void byTime() throws Exception {
    clock.now = Instant.parse("2026-11-21T07:59:58Z");
    try (LoggingExporter exporter = builder().rotateEvery(Duration.ofHours(1)).build()) {
      write(exporter, "a");
      clock.now = Instant.parse("2026-11-21T07:59:59.999Z");
      write(exporter, "b");
      clock.now = Instant.parse("2026-11-21T08:00:00Z");
      write(exporter, "c");
      // Put back: no reason for a new file.
      clock.now = Instant.parse("2026-11-21T07:00:00Z");
      write(exporter, "d");
      // And quiet for a day, in which nothing is renamed.
      clock.now = Instant.parse("2026-11-22T08:30:00Z");
      assertThat(names()).hasSize(2);
      write(exporter, "e");
    }
    assertThat(names())
        .containsExactly(
            "undelivered-20261121T080000Z-1.jsonl",
            "undelivered-20261122T083000Z-2.jsonl",
            "undelivered.jsonl");
    assertThat(spans("undelivered-20261121T080000Z-1.jsonl")).containsExactly("a", "b");
    assertThat(spans("undelivered-20261122T083000Z-2.jsonl")).containsExactly("c", "d");
    assertThat(spans("undelivered.jsonl")).containsExactly("e");
  }

  /** As after a restart: the period of a file is that of its last line. */
  @Test
  void anOldFileThatIsFoundIsRotated() throws Exception {
    try (LoggingExporter exporter = builder().build()) {
      write(exporter, "a");
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-21T06:59:59Z")));
    try (LoggingExporter exporter = builder().rotateEvery(Duration.ofHours(1)).build()) {
      write(exporter, "b");
    }
    assertThat(spans("undelivered-20261121T070000Z-1.jsonl")).containsExactly("a");
    assertThat(spans("undelivered.jsonl")).containsExactly("b");

    Files.setLastModifiedTime(file, FileTime.from(clock.now));
    try (LoggingExporter exporter =
        builder().rotateEvery(Duration.ofHours(1)).rotateAtBytes(LINE).build()) {
      write(exporter, "c");
    }
    assertThat(names()).hasSize(3);
  }

  /** The number goes on from the highest there is, whatever its time. */
  @Test
  void theNumberCountsUp() throws Exception {
    Files.createFile(directory.resolve("undelivered-20990101T000000Z-41.jsonl"));
    Files.createFile(directory.resolve("undelivered-20200101T000000Z-9.jsonl"));
    // Not ours.
    Files.createFile(directory.resolve("undelivered-traces-20200101T000000Z-99.jsonl"));
    Files.createFile(directory.resolve("undelivered-20200101T000000Z-99.jsonl.gz"));
    try (LoggingExporter exporter = builder().rotateAtBytes(LINE).build()) {
      write(exporter, "a");
      write(exporter, "b");
    }
    assertThat(spans("undelivered-20261121T070000Z-42.jsonl")).containsExactly("a");
    assertThat(RotatedFiles.of(file))
        .extracting(path -> path.getFileName().toString())
        .containsExactly(
            "undelivered-20200101T000000Z-9.jsonl",
            "undelivered-20990101T000000Z-41.jsonl",
            "undelivered-20261121T070000Z-42.jsonl");
  }

  @Test
  void allAreKeptUnlessToldOtherwise() throws Exception {
    try (LoggingExporter exporter = builder().rotateAtBytes(LINE).build()) {
      for (int i = 0; i < 30; i++) {
        write(exporter, "a");
      }
      assertThat(exporter.removedFiles()).isZero();
      assertThat(exporter.removedBatches()).isZero();
    }
    assertThat(names()).hasSize(30);
  }

  @Test
  void whatIsRemovedIsTheOldestAndIsCountedAndSaid() throws Exception {
    Said said = new Said();
    try (said;
        LoggingExporter exporter = builder().rotateAtBytes(2 * LINE).keepFiles(2).build()) {
      for (int i = 0; i < 11; i++) {
        write(exporter, Integer.toString(i, 16));
      }
      // Five were rotated.
      assertThat(exporter.removedFiles()).isEqualTo(3);
      assertThat(exporter.removedBatches()).isEqualTo(6);
      // The first at once, the others not within the minute.
      assertThat(said.texts).hasSize(1);
      assertThat(said.texts.get(0))
          .startsWith("removed 1 rotated file(s) with 2 batch(es), " + 2 * LINE + " bytes up to ")
          .endsWith("-1.jsonl, because no more than 2 are to be kept");
      clock.now = clock.now.plusSeconds(60);
      write(exporter, "b");
      write(exporter, "c");
      assertThat(said.texts).hasSize(2);
      assertThat(said.texts.get(1)).startsWith("removed 3 rotated file(s) with 6 batch(es), ");
      write(exporter, "d");
      write(exporter, "e");
    }
    assertThat(said.texts).hasSize(3);
    assertThat(said.texts.get(2)).startsWith("removed 1 rotated file(s) with 2 batch(es), ");
    assertThat(names())
        .containsExactly(
            "undelivered-20261121T070100Z-6.jsonl",
            "undelivered-20261121T070100Z-7.jsonl",
            "undelivered.jsonl");
  }

  @Test
  void eachSignalHasItsOwn() throws Exception {
    try (LoggingExporter exporter =
        builder().filePerSignal(true).rotateAtBytes(LINE).keepFiles(1).build()) {
      for (String name : List.of("a", "b", "c")) {
        write(exporter, name);
        await(exporter.export(Samples.logs(name), ExportContext.none()));
      }
      assertThat(exporter.removedFiles()).isEqualTo(2);
    }
    assertThat(names())
        .containsExactly(
            "undelivered-logs-20261121T070000Z-2.jsonl",
            "undelivered-logs.jsonl",
            "undelivered-traces-20261121T070000Z-2.jsonl",
            "undelivered-traces.jsonl");
  }

  /** No line is torn, lost or doubled by the rotations of others. */
  @Test
  void severalExportersRotateOneFile() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(3);
    List<LoggingExporter> exporters = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        exporters.add(builder().rotateAtBytes(5 * LINE).maxWaitingBatches(1_000).build());
      }
      List<Future<List<CompletionStage<ExportResult>>>> called = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int thread = i;
        for (int n = 0; n < 100; n++) {
          expected.add(thread + "-" + n);
        }
        called.add(
            callers.submit(
                () -> {
                  List<CompletionStage<ExportResult>> results = new ArrayList<>();
                  for (int n = 0; n < 100; n++) {
                    Batch batch = Samples.spans(thread + "-" + n);
                    results.add(exporters.get(thread).export(batch, ExportContext.none()));
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
      exporters.forEach(LoggingExporter::close);
      callers.shutdown();
    }
    List<String> found = new ArrayList<>();
    for (String name : names()) {
      assertThat(Files.size(directory.resolve(name))).isLessThanOrEqualTo(5 * LINE);
      found.addAll(spans(name));
    }
    assertThat(names()).hasSizeGreaterThan(60);
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** A file that cannot be renamed is still better than none. */
  @Test
  void whatCannotBeRenamedGrowsOn() throws Exception {
    // With more it is longer than a name can be.
    file = directory.resolve("u".repeat(245) + ".jsonl");
    Said said = new Said();
    try (said;
        LoggingExporter exporter = builder().rotateAtBytes(LINE).build()) {
      for (String name : List.of("a", "b", "c")) {
        write(exporter, name);
      }
    }
    assertThat(names()).hasSize(1);
    assertThat(spans(names().get(0))).containsExactly("a", "b", "c");
    assertThat(said.texts).hasSize(1);
    assertThat(said.texts.get(0)).startsWith("cannot rotate " + file.toRealPath());
  }

  @Test
  void aTornLineGoesWithItsFile() throws Exception {
    Files.writeString(file, "{\"resourceSpans\":[{");
    try (LoggingExporter exporter = builder().rotateAtBytes(LINE).build()) {
      write(exporter, "a");
    }
    assertThat(directory.resolve("undelivered-20261121T070000Z-1.jsonl"))
        .hasContent("{\"resourceSpans\":[{");
    assertThat(spans("undelivered.jsonl")).containsExactly("a");
  }

  @Test
  void whatIsNoFileIsNotRotated() throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "needs mkfifo");
    try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw");
        LoggingExporter exporter = LoggingExporter.builder().file(pipe).rotateAtBytes(1).build()) {
      write(exporter, "a");
      write(exporter, "b");
      assertThat(await(exporter.flush()).status()).isEqualTo(Status.SUCCESS);
      assertThat(reader.readLine()).contains("\"a\"");
      assertThat(reader.readLine()).contains("\"b\"");
    }
    assertThat(names()).containsExactly("pipe");
  }

  @Test
  void settings() throws Exception {
    Map<String, String> settings =
        Map.of(
            "target", "file",
            "path", file.toString(),
            "rotate-at-bytes", Long.toString(LINE),
            "rotate-every", "1h",
            "keep-files", "1");
    try (LoggingExporter exporter =
        (LoggingExporter)
            Exporters.load(FileRotationTest.class.getClassLoader())
                .create("logging", ExporterConfig.of(settings))) {
      for (String name : List.of("a", "b", "c")) {
        write(exporter, name);
      }
      assertThat(exporter.removedFiles()).isEqualTo(1);
    }
    assertThat(names()).hasSize(2);
    LoggingExporterBuilder builder = LoggingExporter.builder();
    assertThatThrownBy(() -> builder.rotateAtBytes(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("rotateAtBytes is 0: want 1 or more");
    assertThatThrownBy(() -> builder.rotateEvery(Duration.ofMillis(999)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("rotateEvery is PT0.999S: want 1s or more");
    assertThatThrownBy(() -> builder.keepFiles(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("keepFiles is 0: want 1 or more");
    assertThatThrownBy(() -> LoggingExporter.builder().rotateAtBytes(5).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("rotateAtBytes is 5, but there is no file");
    assertThatThrownBy(() -> LoggingExporter.builder().file(file).keepFiles(3).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("keepFiles is 3, but there is neither rotateAtBytes nor rotateEvery");
  }

  private LoggingExporterBuilder builder() {
    return LoggingExporter.builder().file(file).clock(clock);
  }

  private static void write(LoggingExporter exporter, String name) throws Exception {
    ExportResult result = await(exporter.export(Samples.spans(name), ExportContext.none()));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> spans(String name) throws IOException {
    List<String> spans = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve(name))) {
      OtlpJsonDecoder.decode(line.getBytes(UTF_8))
          .spans()
          .forEach(span -> spans.add(span.getName()));
    }
    return spans;
  }

  private static long lineBytes() {
    try {
      return Samples.spans("a").encoded(OtlpEncoding.JSON).size() + 1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A clock that goes when it is told to. */
  private static final class SetClock extends Clock {
    private volatile Instant now;

    SetClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Keeps what is logged. */
  private static final class Said extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.telex.exporter.logging");
    private final List<String> texts = new ArrayList<>();

    Said() {
      logger.addHandler(this);
      logger.setUseParentHandlers(false);
    }

    @Override
    public void publish(LogRecord record) {
      texts.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }
}
