/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.logging.FileReplay;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a chain whose backend fails, over the file of its fallback, to a collector. */
class ReplayTest {

  private static final int BATCHES = 10;
  private static final int ITEMS = 5;

  @TempDir private Path folder;
  private Path file = Path.of("unset");
  private final List<String> written = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void name() {
    file = folder.resolve("undelivered.jsonl");
  }

  @Test
  void everyItemArrivesExactlyOnce() throws Exception {
    fallBack();
    List<Path> files = FileReplay.files(file);
    assertThat(files).hasSizeGreaterThan(2);

    int code;
    int refused = 3;
    try (Collector collector = new Collector(refused)) {
      code = run(file.toString(), "--to", collector.url(), "--header", "api-key=k", "--delete");
      assertThat(collector.taken()).containsExactlyInAnyOrderElementsOf(written);
      assertThat(collector.refused()).isEqualTo(refused);
      assertThat(collector.keys()).containsOnly("k").hasSize(3 * BATCHES + refused);
    }
    assertThat(code).isZero();
    assertThat(folder).isEmptyDirectory();
    assertThat(output())
        .hasSize(3 * BATCHES + files.size() + 1)
        .contains(file + " is deleted")
        .endsWith(
            "30 lines, 0 of them not readable; 150 items: 150 delivered, 0 left in "
                + folder.resolve("undelivered-left.jsonl")
                + ", 0 refused, 0 lost by both; 0 lines whose answer was lost may arrive twice");
    assertThat(output().get(0)).isEqualTo(files.get(0).getFileName() + ":1 5 traces: 5 delivered");
  }

  @Test
  void aFileWithATornLineIsKept() throws Exception {
    fallBack();
    Files.writeString(file, "{\"resourceSpans\":[{\"sco", StandardOpenOption.APPEND);
    int code;
    try (Collector collector = new Collector(0)) {
      code = run(file.toString(), "--to", collector.url(), "--delete");
      assertThat(collector.taken()).containsExactlyInAnyOrderElementsOf(written);
    }
    assertThat(code).isEqualTo(1);
    assertThat(folder).isDirectoryContaining(file::equals);
    assertThat(FileReplay.files(file)).containsExactly(file);
    assertThat(output())
        .contains(file + " is still needed")
        .anyMatch(line -> line.contains(" not readable: torn at the end of the file: /resource"));
  }

  /** What the second collector does not take either is in the second file, and only there. */
  @Test
  void whatIsLeftCanBeReplayedToo() throws Exception {
    fallBack();
    Path left = folder.resolve("left.jsonl");
    try (FaultServer down = FaultServer.start()) {
      down.answerByDefault(Answer.status(400));
      assertThat(run(file.toString(), "--to", down.url("/"), "--left", left.toString(), "--delete"))
          .isEqualTo(1);
      assertThat(FileReplay.files(file)).isEmpty();
      assertThat(output().get(0)).contains(":1 5 traces: 0 delivered, 5 left: ");
    }
    try (Collector collector = new Collector(0)) {
      assertThat(run(left.toString(), "--to", collector.url())).isZero();
      assertThat(collector.taken()).containsExactlyInAnyOrderElementsOf(written);
    }
    assertThat(output()).contains(left + " can be deleted");
    assertThat(folder).isDirectoryContaining(left::equals);
  }

  @Test
  void whatCannotBeginSaysWhy() throws Exception {
    assertThat(run("x.jsonl")).isEqualTo(2);
    assertThat(run(file.toString(), "--to", "http://localhost:4318")).isEqualTo(2);
    Files.createFile(file);
    assertThat(run(file.toString(), "--to", "nowhere")).isEqualTo(2);
    assertThat(run(file.toString(), "--to", "http://localhost:1", "--left", file.toString()))
        .isEqualTo(2);
    assertThat(run(file.toString(), "--to", "http://localhost:1", "--colour")).isEqualTo(2);
    assertThat(run(file.toString(), "--to")).isEqualTo(2);
    assertThat(run(file.toString(), "--to", "http://localhost:1", "--attempts", "x")).isEqualTo(2);
    assertThat(output())
        .filteredOn(line -> !line.equals(Arguments.USAGE))
        .hasSize(7)
        .satisfies(lines -> assertThat(lines.get(0)).isEqualTo("FILE and --to are needed"))
        .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("there is no " + file))
        .satisfies(lines -> assertThat(lines.get(2)).contains("nowhere"))
        .satisfies(lines -> assertThat(lines.get(3)).startsWith("--left is a file"))
        .satisfies(lines -> assertThat(lines.get(4)).isEqualTo("unknown argument '--colour'"))
        .satisfies(lines -> assertThat(lines.get(5)).isEqualTo("--to wants a value"));
  }

  /** Ten batches of each signal into files of a few lines. */
  private void fallBack() throws Exception {
    try (FaultServer failing = FaultServer.start()) {
      failing.answerByDefault(Answer.status(503));
      try (Exporter chain =
          ExporterChain.of(OtlpExporter.builder().endpoint(failing.url("/")).build())
              .retry(
                  RetryPolicy.builder().maxAttempts(2).initialBackoff(Duration.ofMillis(1)).build())
              .fallback(LoggingExporter.builder().file(file).rotateAtBytes(5_000).build())
              .build()) {
        for (int number = 0; number < BATCHES; number++) {
          export(chain, spans(number));
          export(chain, metrics(number));
          export(chain, logs(number));
        }
      }
      assertThat(failing.requests()).isNotEmpty();
    }
  }

  private static void export(Exporter chain, Batch batch) throws Exception {
    ExportResult result =
        chain.export(batch, ExportContext.none()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(result.fellBack()).isEqualTo(ITEMS);
  }

  private Batch spans(int number) {
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      written.add("span-" + number + "-" + i);
      spans.add(
          TestSpanData.builder()
              .setName("span-" + number + "-" + i)
              .setKind(SpanKind.SERVER)
              .setStatus(StatusData.ok())
              .setStartEpochNanos(1)
              .setEndEpochNanos(2)
              .setHasEnded(true)
              .build());
    }
    return Batch.traces(spans);
  }

  private Batch metrics(int number) {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder().registerMetricReader(reader).build()) {
      for (int i = 0; i < ITEMS; i++) {
        provider.get("test").counterBuilder("metric-" + i).build().add(number);
        written.add("metric-" + i + "=" + number);
      }
      return Batch.metrics(reader.collectAllMetrics());
    }
  }

  private Batch logs(int number) {
    List<TestLogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      written.add("log-" + number + "-" + i);
      logs.add(TestLogRecordData.builder().setBody("log-" + number + "-" + i).build());
    }
    return Batch.logs(logs);
  }

  private int run(String... args) throws Exception {
    return Replay.run(new PrintStream(printed, true, UTF_8), args);
  }

  private List<String> output() {
    return printed.toString(UTF_8).lines().toList();
  }
}
