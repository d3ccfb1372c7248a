/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.otlp.MalformedOtlpException;
import dev.telex.otlp.OtlpJsonDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a file of OTLP JSON lines, as {@link LoggingExporter#toFile} writes it, to an exporter
 * again.
 *
 * <pre>{@code
 * FileReplay replay = FileReplay.builder(exporter).listener(System.out::println).build();
 * for (Path file : FileReplay.files(Path.of("undelivered.jsonl"))) {
 *   if (replay.replay(file).isComplete()) {
 *     Files.delete(file);
 *   }
 * }
 * }</pre>
 *
 * <p>Each line becomes a batch of its own (see {@link OtlpJsonDecoder}), and one export: retry and
 * timeout are matters of the exporter, which may be a chain. A line that cannot be read is reported
 * and passed over: one that a crash tore, one that is too long, or something else. Blank lines are
 * nothing.
 *
 * <p>The file is not changed, whatever happens: to delete it is for the caller. What was not
 * delivered is in it still, together with what was, so that a further replay would deliver the
 * latter twice. Therefore give the exporter a fallback to another file, and delete this one when
 * the summary is {@linkplain ReplaySummary#isComplete complete}: then every item was delivered, or
 * is in the other file and on the disk.
 *
 * <p>Nobody should write the file meanwhile: move it first, which {@link LoggingExporter} notices.
 * What is appended nevertheless is not read, and a line that is just being written is a torn one.
 *
 * <p>At any time there are the batches in flight and one line more in memory. Stateless; safe for
 * use by several threads, each of which replays a file of its own.
 */
public final class FileReplay {

  static final int DEFAULT_MAX_IN_FLIGHT = 8;
  static final int DEFAULT_MAX_LINE_BYTES = 64 << 20;

  private final Exporter exporter;
  private final int maxInFlight;
  private final int maxLineBytes;
  private final Consumer<ReplayedLine> listener;

  private FileReplay(Builder builder) {
    this.exporter = builder.exporter;
    this.maxInFlight = builder.maxInFlight;
    this.maxLineBytes = builder.maxLineBytes;
    this.listener = builder.listener;
  }

  /**
   * A builder.
   *
   * @param exporter gets the batches; it stays yours and is not shut down
   */
  public static Builder builder(Exporter exporter) {
    return new Builder(exporter);
  }

  /**
   * The files that a file was rotated to, the oldest first, and then the file itself if there is
   * one. With a {@linkplain LoggingExporterBuilder#filePerSignal file for each signal} ask for each
   * of them.
   *
   * @throws IOException if the directory cannot be read
   */
  public static List<Path> files(Path file) throws IOException {
    List<Path> files = RotatedFiles.of(file);
    if (Files.exists(file)) {
      files.add(file);
    }
    return List.copyOf(files);
  }

  /**
   * Replays one file, and returns when there is a result for every line, and the exporter was
   * flushed. Exports are started in the order of the lines; the listener is told in that order too.
   *
   * @return what became of the lines
   * @throws IOException if the file cannot be read, or not to its end. What was begun then has its
   *     results, of which the listener was told
   * @throws InterruptedException if this thread is interrupted while it waits. What is in flight is
   *     cancelled then; of a line that the listener was not told of nothing is known
   */
  public ReplaySummary replay(Path file) throws IOException, InterruptedException {
    Run run = new Run(file);
    try (LineReader lines = new LineReader(file, maxLineBytes)) {
      run.all(lines);
    } finally {
      run.cancel();
    }
    boolean flushed = get(exporter.flush().toCompletableFuture()).isDelivered();
    return run.summary.withFlushed(flushed);
  }

  private static ExportResult get(CompletableFuture<ExportResult> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return ExportResult.failure(e);
    }
  }

  /** The replay of one file. */
  private final class Run {
    private final Path file;
    private final Queue<Started> started = new ArrayDeque<>();
    private ReplaySummary summary = ReplaySummary.NOTHING;

    Run(Path file) {
      this.file = file;
    }

    void all(LineReader lines) throws IOException, InterruptedException {
      IOException failure = null;
      try {
        while (lines.next()) {
          if (!lines.isBlank()) {
            start(lines);
          }
        }
      } catch (IOException e) {
        failure = e;
      }
      while (!started.isEmpty()) {
        tellNext();
      }
      if (failure != null) {
        throw failure;
      }
    }

    /** Has nothing to do unless the run was cut short. */
    void cancel() {
      started.forEach(one -> one.context.cancel());
    }

    private void start(LineReader lines) throws InterruptedException {
      while (started.size() == maxInFlight) {
        tellNext();
      }
      started.add(begin(lines));
    }

    private Started begin(LineReader lines) {
      if (lines.isTooLong()) {
        return new Started(
            lines.number(), "it has " + lines.length() + " bytes: want at most " + maxLineBytes);
      }
      Batch batch;
      try {
        batch = OtlpJsonDecoder.decode(lines.bytes(), 0, (int) lines.length());
      } catch (MalformedOtlpException e) {
        String torn = lines.isEnded() ? "" : "torn at the end of the file: ";
        return new Started(lines.number(), torn + e.getMessage());
      }
      Started one = new Started(lines.number(), batch);
      one.result =
          InFlight.attempt(context -> exporter.export(batch, context), one.context)
              .toCompletableFuture();
      return one;
    }

    private void tellNext() throws InterruptedException {
      Started one = started.element();
      ReplayedLine line =
          one.batch == null
              ? ReplayedLine.unreadable(file, one.number, one.problem)
              : ReplayedLine.exported(file, one.number, one.batch, get(one.result));
      started.remove();
      summary = summary.plus(line);
      listener.accept(line);
    }
  }

  /** A line that nobody was told of yet. */
  private static final class Started {
    private final long number;
    private final @Nullable Batch batch;
    private final String problem;
    private final CancellableContext context = CancellableContext.create();
    private CompletableFuture<ExportResult> result = new CompletableFuture<>();

    Started(long number, Batch batch) {
      this.number = number;
      this.batch = batch;
      this.problem = "";
    }

    Started(long number, String problem) {
      this.number = number;
      this.batch = null;
      this.problem = problem;
    }
  }

  /** Builds a {@link FileReplay}. */
  public static final class Builder {
    private final Exporter exporter;
    private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;
    private int maxLineBytes = DEFAULT_MAX_LINE_BYTES;
    private Consumer<ReplayedLine> listener = line -> {};

    private Builder(Exporter exporter) {
      this.exporter = Objects.requireNonNull(exporter, "exporter");
    }

    /** The most batches that are exported at once, 1 or more; 8 by default. */
    public Builder maxInFlight(int batches) {
      this.maxInFlight = atLeastOne("maxInFlight", batches);
      return this;
    }

    /**
     * The longest line that is read, 1 byte or more; 64 MiB by default. A longer one is reported as
     * unreadable and passed over without being held in memory.
     */
    public Builder maxLineBytes(int bytes) {
      this.maxLineBytes = atLeastOne("maxLineBytes", bytes);
      return this;
    }

    /**
     * Is told of each line, in their order, on the thread that replays; nobody by default. What it
     * throws ends the replay, and cancels what is in flight.
     */
    public Builder listener(Consumer<ReplayedLine> listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Builds the replay. */
    public FileReplay build() {
      return new FileReplay(this);
    }

    private static int atLeastOne(String setting, int value) {
      if (value < 1) {
        throw new ConfigurationException(setting + " is " + value + ": want 1 or more");
      }
      return value;
    }
  }
}
