/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.replay;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.logging.FileReplay;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.exporter.logging.ReplaySummary;
import dev.telex.exporter.logging.ReplayedLine;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Sends a file that a {@link LoggingExporter} wrote as a fallback, and the files that it was
 * rotated to, to a collector, with retry, and says what became of each line: {@code replay
 * undelivered.jsonl --to http://localhost:4318}.
 *
 * <p>What is not delivered is written to another file, {@code undelivered-left.jsonl} or that of
 * {@code --left}, which can be replayed like the first. So nothing is lost when the first is
 * deleted afterwards; with {@code --delete} this program does that, but only with a file of which
 * every line was read, and no item was refused.
 *
 * <p>It exits with 0 if everything was delivered, with 1 if something is left, and with 2 if it
 * could not begin.
 */
public final class Replay {

  private final PrintStream out;

  private Replay(PrintStream out) {
    this.out = out;
  }

  /** Runs the replay. */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(System.out, args));
  }

  static int run(PrintStream out, String... args) throws IOException, InterruptedException {
    try {
      return new Replay(out).replay(Arguments.parse(args));
    } catch (IllegalArgumentException e) {
      // A ConfigurationException of an exporter is one too.
      out.println(e.getMessage());
      out.println(Arguments.USAGE);
      return 2;
    }
  }

  private int replay(Arguments arguments) throws IOException, InterruptedException {
    List<Path> files = FileReplay.files(arguments.file());
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there is no " + arguments.file());
    }
    if (files.stream().anyMatch(file -> isSame(file, arguments.left()))) {
      throw new IllegalArgumentException("--left is a file that is replayed: want another");
    }
    ReplaySummary all = null;
    try (Exporter exporter = exporter(arguments)) {
      FileReplay replay = FileReplay.builder(exporter).listener(this::print).build();
      for (Path file : files) {
        ReplaySummary sum = replay.replay(file);
        all = all == null ? sum : all.plus(sum);
        if (sum.isComplete() && arguments.delete()) {
          Files.delete(file);
          out.println(file + " is deleted");
        } else {
          out.println(file + (sum.isComplete() ? " can be deleted" : " is still needed"));
        }
      }
    }
    if (all == null) {
      return 0;
    }
    out.printf(
        "%d lines, %d of them not readable; %d items: %d delivered, %d left in %s, %d refused, %d"
            + " lost by both; %d lines whose answer was lost may arrive twice%n",
        all.lines(),
        all.unreadable(),
        all.items(),
        all.delivered(),
        all.fellBack(),
        arguments.left(),
        all.rejected(),
        all.undelivered(),
        all.unknown());
    return all.isComplete() && all.fellBack() == 0 ? 0 : 1;
  }

  private static Exporter exporter(Arguments arguments) {
    return ExporterChain.of(
            OtlpExporter.builder()
                .endpoint(arguments.to())
                .headers(arguments.headers())
                .compression(Gzip.fast())
                .build())
        .timeout(Duration.ofSeconds(10))
        .retry(RetryPolicy.builder().maxAttempts(arguments.attempts()).build())
        .fallback(LoggingExporter.toFile(arguments.left()))
        .build();
  }

  private void print(ReplayedLine line) {
    String place = line.file().getFileName() + ":" + line.number() + " ";
    if (line.signal().isEmpty()) {
      out.println(place + "not readable: " + line.problem().orElse(""));
      return;
    }
    StringBuilder words =
        new StringBuilder(place).append(line.items()).append(' ').append(line.signal().get().id());
    words.append(": ").append(line.delivered()).append(" delivered");
    append(words, line.fellBack(), "left");
    append(words, line.rejected(), "refused");
    append(words, line.undelivered(), "lost by both");
    if (line.delivered() < line.items()) {
      line.result().flatMap(ExportResult::message).ifPresent(why -> words.append(": ").append(why));
    }
    out.println(words);
  }

  private static void append(StringBuilder words, int count, String what) {
    if (count > 0) {
      words.append(", ").append(count).append(' ').append(what);
    }
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(other)
          ? Files.isSameFile(one, other)
          : one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    } catch (IOException e) {
      return true;
    }
  }
}
