/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.telex.compression.zstd.Zstd;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.exporter.otlp.OtlpProtocol;
import dev.telex.it.backend.OtelCollector.Door;
import dev.telex.otlp.GeneratedBatches;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.otlp.ReceivedItems;
import dev.telex.testkit.DeliveryChecker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * OTLP to a real OpenTelemetry Collector. All cells are sent in one run of it, one after the other;
 * it writes a line for each, in that order, and each test looks at its own.
 */
@Tag("backend")
class OtelCollectorTest {

  private static final int ITEMS = 200;
  private static final int MANY = 30_000;
  private static final List<Optional<Compression>> COMPRESSIONS =
      List.of(Optional.empty(), Optional.of(Gzip.fast()), Optional.of(Zstd.fast()));
  private static final Pattern ID =
      Pattern.compile("\"" + DeliveryChecker.ID + "\",\"value\":\\{\"stringValue\":\"([^\"]*)\"");

  @TempDir private static Path directory;

  /** What there should be for these tests to run. */
  private static String missing = "";

  private static final Map<Cell, Sent> SENT = new HashMap<>();
  private static final Map<Signal, List<String>> LINES = new EnumMap<>(Signal.class);

  private record Cell(
      OtlpProtocol protocol, Signal signal, Optional<Compression> compression, Door door) {
    @Override
    public String toString() {
      return String.join(
          ", ",
          protocol.id(),
          signal.id(),
          compression.map(Compression::contentEncoding).orElse("none"),
          door.name());
    }
  }

  /**
   * A batch and what became of it.
   *
   * @param line which of its signal, from 0
   */
  private record Sent(Batch batch, ExportResult result, int line) {}

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (OtlpProtocol protocol : OtlpProtocol.values()) {
      for (Signal signal : Signal.values()) {
        for (Optional<Compression> compression : COMPRESSIONS) {
          cells.add(new Cell(protocol, signal, compression, Door.PLAIN));
          cells.add(new Cell(protocol, signal, compression, Door.MUTUAL_TLS));
        }
      }
    }
    return cells;
  }

  @BeforeAll
  @Timeout(value = 25, unit = TimeUnit.MINUTES)
  static void sendAll() throws Exception {
    try {
      OtelCollectorBinary.get(directory);
    } catch (TestAbortedException e) {
      // To be shown by each test: of a class that is aborted as a whole the report says nothing.
      missing = e.getMessage();
      return;
    }
    try (OtelCollector collector = OtelCollector.start(directory)) {
      Map<Signal, Integer> lines = new EnumMap<>(Signal.class);
      for (Cell cell : cells()) {
        Batch batch = GeneratedBatches.of(cell.signal(), SENT.size() + 1L, ITEMS);
        OtlpExporter.Builder builder = collector.exporterTo(cell.door(), cell.protocol());
        cell.compression().ifPresent(builder::compression);
        ExportResult result = export(builder, batch);
        SENT.put(cell, new Sent(batch, result, lines.merge(cell.signal(), 1, Integer::sum) - 1));
      }
      collector.stop();
      for (Signal signal : Signal.values()) {
        LINES.put(signal, collector.lines(signal));
      }
    }
  }

  @BeforeEach
  void theCollectorIsThere() {
    assumeTrue(missing.isEmpty(), missing);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void theCollectorHasEveryItemOnce(Cell cell) throws Exception {
    Sent sent = SENT.get(cell);
    assertThat(sent.result().status()).isEqualTo(Status.SUCCESS);
    assertThat(sent.result().accepted()).isEqualTo(sent.batch().itemCount());
    assertThat(sent.result().message()).as("a problem with the answer").isEmpty();
    List<String> lines = LINES.get(cell.signal());
    assertThat(lines).hasSize(cells().size() / Signal.values().length);
    ReceivedItems.ofJson(cell.signal(), lines.get(sent.line()))
        .assertSame(ReceivedItems.of(sent.batch()));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooLargeForTheCollectorArrivesInPartsEachItemOnce(
      OtlpProtocol protocol, @TempDir Path own) throws Exception {
    DeliveryChecker checker = new DeliveryChecker();
    List<ExportResult> results = new ArrayList<>();
    List<String> lines;
    try (OtelCollector collector = OtelCollector.start(own)) {
      for (Optional<Compression> compression : COMPRESSIONS) {
        Batch batch = checker.batch(Signal.LOGS, MANY);
        assertThat(batch.encoded(OtlpEncoding.PROTOBUF).size()).isGreaterThan(1 << 20);
        OtlpExporter.Builder builder = collector.exporterTo(Door.SMALL, protocol);
        compression.ifPresent(builder::compression);
        results.add(export(builder, batch));
      }
      collector.stop();
      lines = collector.lines(Signal.LOGS);
    }
    assertThat(results)
        .hasSize(3)
        .allSatisfy(result -> assertThat(result.status()).isEqualTo(Status.SUCCESS))
        .allSatisfy(result -> assertThat(result.accepted()).isEqualTo(MANY));
    assertThat(lines).hasSizeGreaterThan(3);
    for (String line : lines) {
      checker.received(ID.matcher(line).results().map(found -> found.group(1)).toList());
    }
    checker.assertExactlyOnce();
  }

  private static ExportResult export(OtlpExporter.Builder builder, Batch batch) throws Exception {
    try (OtlpExporter exporter = builder.build()) {
      return exporter
          .export(batch, ExportContext.none())
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }
}
