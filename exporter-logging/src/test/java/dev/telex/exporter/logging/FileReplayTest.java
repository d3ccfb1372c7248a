/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.otlp.OtlpJsonReader;
import dev.telex.testkit.RecordingExporter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReplayTest {

  @TempDir private Path directory = Path.of("unset");
  private Path file = Path.of("unset");
  private final List<ReplayedLine> told = new ArrayList<>();

  @BeforeEach
  void name() {
    file = directory.resolve("undelivered.jsonl");
  }

  /** Every kind of item, through rotated files, in order and exactly once. */
  @Test
  void whatWasWrittenComesBack() throws Exception {
    List<Message> expected = new ArrayList<>();
    int items = 0;
    try (LoggingExporter exporter =
        LoggingExporter.builder().file(file).rotateAtBytes(200_000).build()) {
      for (int seed = 0; seed < 30; seed++) {
        for (Signal signal : Signal.values()) {
          Batch batch = GeneratedBatches.of(signal, seed, 10);
          assertThat(await(exporter.export(batch, ExportContext.none())).status())
              .isEqualTo(Status.SUCCESS);
          expected.add(OtlpJsonReader.expected(batch));
          items += batch.itemCount();
        }
      }
    }
    RecordingExporter backend = RecordingExporter.named("backend");
    List<Path> files = FileReplay.files(file);
    assertThat(files).hasSizeGreaterThan(2).endsWith(file);
    ReplaySummary sum = ReplaySummary.NOTHING;
    for (Path one : files) {
      sum = sum.plus(replay(backend).replay(one));
    }

    List<Message> delivered = new ArrayList<>();
    for (RecordingExporter.Call call : backend.calls()) {
      delivered.add(OtlpJsonReader.expected(call.batch()));
    }
    assertThat(delivered).isEqualTo(expected);
    assertThat(sum).isEqualTo(new ReplaySummary(90, 0, items, items, 0, 0, 0, 0, true));
    assertThat(sum.isComplete()).isTrue();
    assertThat(told).allMatch(ReplayedLine::isComplete).hasSize(90);
    assertThat(told.get(1).toString())
        .isEqualTo(
            files.get(0).getFileName()
                + ":2: "
                + told.get(1).items()
                + " metrics: SUCCESS[accepted="
                + told.get(1).items()
                + "]");
    // The file is the caller's.
    assertThat(files).allMatch(Files::exists);
  }

  @Test
  void whatCannotBeReadIsReportedAndPassedOver() throws Exception {
    String line = line("a");
    String torn = line.substring(0, line.length() / 2);
    Files.writeString(
        file,
        String.join(
            "\n",
            line,
            torn,
            "",
            " \t\r",
            "{\"level\": \"INFO\"}",
            "not json",
            "x".repeat(10_001),
            "\u0000\ud7ff",
            line("b") + "\r",
            torn));
    RecordingExporter backend = RecordingExporter.named("backend");

    ReplaySummary sum =
        FileReplay.builder(backend).listener(told::add).maxLineBytes(10_000).build().replay(file);

    assertThat(sum).isEqualTo(new ReplaySummary(8, 6, 2, 2, 0, 0, 0, 0, true));
    assertThat(sum.isComplete()).isFalse();
    assertThat(names(backend)).containsExactly("a", "b");
    assertThat(told)
        .extracting(ReplayedLine::number)
        .containsExactly(1L, 2L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(problem(1)).startsWith("/resourceSpans/0/");
    assertThat(problem(2)).startsWith("the document has no telemetry");
    assertThat(problem(3)).contains("is no JSON from here on");
    assertThat(problem(4)).isEqualTo("it has 10001 bytes: want at most 10000");
    assertThat(problem(7)).startsWith("torn at the end of the file: /resourceSpans/0/");
    assertThat(told.get(7).isComplete()).isFalse();
    assertThat(told.get(7).result()).isEmpty();
    assertThat(told.get(7).toString()).startsWith("undelivered.jsonl:10: not read: torn at");
  }

  /** A whole line is one, also without an end. */
  @Test
  void aLastLineWithoutAnEndIsRead() throws Exception {
    Files.writeString(file, line("a") + "\n" + line("b"));
    RecordingExporter backend = RecordingExporter.named("backend");
    assertThat(replay(backend).replay(file).isComplete()).isTrue();
    assertThat(names(backend)).containsExactly("a", "b");
  }

  @Test
  void aLongLineIsRead() throws Exception {
    String name = "n".repeat(5_000_000);
    Files.writeString(file, line("a") + "\n" + line(name) + "\n" + line("b") + "\n");
    RecordingExporter backend = RecordingExporter.named("backend");
    assertThat(replay(backend).replay(file).isComplete()).isTrue();
    assertThat(names(backend)).containsExactly("a", name, "b");
  }

  /** Every item ends as one of the four, by the word of the exporter. */
  @Test
  void theSumSaysWhatBecameOfTheItems() throws Exception {
    for (int i = 0; i < 7; i++) {
      append(Samples.spans(10));
    }
    RecordingExporter backend =
        RecordingExporter.named("backend")
            .thenAnswer(ExportResult::success)
            .thenAnswer(batch -> ExportResult.partial(batch, List.of(new Rejection(3, "bad"))))
            .thenAnswer(
                batch ->
                    ExportResult.retryable(
                        batch, batch.split(4).get(0), List.of(new Rejection(1, "bad")), "busy"))
            .thenAnswer(
                ExportResult.retryable("lost").withOutcomeUnknown(),
                ExportResult.permanent("no"),
                ExportResult.permanent("no").withFellBack(10))
            .then(
                call -> {
                  throw new IllegalStateException("broken");
                });

    ReplaySummary sum = replay(backend).replay(file);

    assertThat(sum).isEqualTo(new ReplaySummary(7, 0, 70, 10 + 7 + 5, 10, 3 + 1, 4 + 30, 1, true));
    assertThat(sum.isComplete()).isFalse();
    assertThat(told).extracting(ReplayedLine::undelivered).containsExactly(0, 0, 4, 10, 10, 0, 10);
    assertThat(told)
        .extracting(ReplayedLine::isComplete)
        .containsExactly(true, false, false, false, false, true, false);
    assertThat(told.get(6).result().orElseThrow().status()).isEqualTo(Status.PERMANENT);
    assertThat(told.get(6).signal()).contains(Signal.TRACES);
  }

  @Test
  void aFlushThatFailsIsNotComplete() throws Exception {
    append(Samples.spans("a"));
    Exporter backend =
        new Forwarding(RecordingExporter.named("backend")) {
          @Override
          public CompletionStage<ExportResult> flush() {
            return ExportResult.retryable("the disk may not have it").completed();
          }
        };
    ReplaySummary sum = replay(backend).replay(file);
    assertThat(sum.delivered()).isEqualTo(1);
    assertThat(sum.isComplete()).isFalse();
  }

  /** Two and no more at once, and the listener hears of them in their order. */
  @Test
  void theExportsInFlightAreBounded() throws Exception {
    int lines = 50;
    for (int i = 0; i < lines; i++) {
      append(Samples.spans("span-" + i));
    }
    Semaphore called = new Semaphore(0);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Queue<CompletableFuture<ExportResult>> open = new ConcurrentLinkedQueue<>();
    Exporter backend =
        new Forwarding(RecordingExporter.named("backend")) {
          @Override
          public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            CompletableFuture<ExportResult> result = new CompletableFuture<>();
            open.add(result);
            called.release();
            return result;
          }
        };
    CompletableFuture<ReplaySummary> done =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return FileReplay.builder(backend)
                    .maxInFlight(2)
                    .listener(told::add)
                    .build()
                    .replay(file);
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(called.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < lines; i++) {
      inFlight.decrementAndGet();
      open.remove().complete(ExportResult.success(Samples.spans("x")));
      if (i < lines - 2) {
        assertThat(called.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(done.get(30, TimeUnit.SECONDS).delivered()).isEqualTo(lines);
    assertThat(most).hasValue(2);
    assertThat(told).extracting(ReplayedLine::number).isSorted().hasSize(lines);
  }

  @Test
  void anInterruptCancelsWhatIsInFlight() throws Exception {
    for (int i = 0; i < 3; i++) {
      append(Samples.spans("a"));
    }
    RecordingExporter backend = RecordingExporter.named("backend").thenHold().thenHold().thenHold();
    Thread reader = Thread.currentThread();
    Exporter interrupting =
        new Forwarding(backend) {
          @Override
          public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
            CompletionStage<ExportResult> result = super.export(batch, context);
            if (backend.calls().size() == 3) {
              reader.interrupt();
            }
            return result;
          }
        };
    FileReplay waiting = replay(interrupting);
    assertThatThrownBy(() -> waiting.replay(file)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(backend.calls()).hasSize(3).allMatch(call -> call.context().isCancelled());
    assertThat(told).isEmpty();
  }

  @Test
  void aListenerThatThrowsEndsIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      append(Samples.spans("a"));
    }
    RecordingExporter backend = RecordingExporter.named("backend");
    for (int i = 0; i < 20; i++) {
      if (i == 0) {
        backend.thenAnswer(ExportResult::success);
      } else {
        backend.thenHold();
      }
    }
    FileReplay replay =
        FileReplay.builder(backend)
            .listener(
                line -> {
                  throw new IllegalStateException("enough");
                })
            .build();
    assertThatThrownBy(() -> replay.replay(file)).hasMessage("enough");
    assertThat(backend.calls()).hasSize(8);
    assertThat(backend.calls().subList(1, 8)).allMatch(call -> call.context().isCancelled());
  }

  /** A chain that falls back into the file that it is fed from must not go on for ever. */
  @Test
  void whatIsAppendedMeanwhileIsNotRead() throws Exception {
    append(Samples.spans("a"));
    append(Samples.spans("b"));
    try (LoggingExporter itself = LoggingExporter.toFile(file)) {
      ReplaySummary sum = FileReplay.builder(itself).maxInFlight(1).build().replay(file);
      assertThat(sum.delivered()).isEqualTo(2);
    }
    assertThat(Files.readAllLines(file)).hasSize(4);
  }

  @Test
  void aFileThatIsNotThere() throws Exception {
    assertThat(FileReplay.files(file)).isEmpty();
    assertThat(FileReplay.files(directory.resolve("no/such.jsonl"))).isEmpty();
    FileReplay replay = replay(RecordingExporter.named("backend"));
    assertThatThrownBy(() -> replay.replay(file)).isInstanceOf(NoSuchFileException.class);
    FileReplay.Builder builder = FileReplay.builder(RecordingExporter.named("backend"));
    assertThatThrownBy(() -> builder.maxInFlight(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("maxInFlight is 0: want 1 or more");
    assertThatThrownBy(() -> builder.maxLineBytes(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("maxLineBytes is 0: want 1 or more");
  }

  private FileReplay replay(Exporter exporter) {
    return FileReplay.builder(exporter).listener(told::add).build();
  }

  private String problem(int index) {
    return told.get(index).problem().orElseThrow();
  }

  private void append(Batch batch) throws Exception {
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(batch.encoded(OtlpEncoding.JSON).toByteArray());
      out.write('\n');
    }
  }

  private static String line(String name) throws Exception {
    return new String(Samples.spans(name).encoded(OtlpEncoding.JSON).toByteArray(), UTF_8);
  }

  private static List<String> names(RecordingExporter backend) {
    List<String> names = new ArrayList<>();
    backend
        .calls()
        .forEach(call -> call.batch().spans().forEach(span -> names.add(span.getName())));
    return names;
  }

  /** Another exporter, but for what is overridden. */
  private abstract static class Forwarding implements Exporter {
    private final Exporter to;

    Forwarding(Exporter to) {
      this.to = to;
    }

    @Override
    public String name() {
      return to.name();
    }

    @Override
    public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
      return to.export(batch, context);
    }
  }
}
