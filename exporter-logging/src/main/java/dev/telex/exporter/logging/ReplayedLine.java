/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one line of a file in a {@link FileReplay}. Immutable. */
public final class ReplayedLine {

  private final Path file;
  private final long number;
  private final @Nullable Signal signal;
  private final int items;
  private final @Nullable ExportResult result;
  private final @Nullable String problem;

  private ReplayedLine(
      Path file,
      long number,
      @Nullable Batch batch,
      @Nullable ExportResult result,
      @Nullable String problem) {
    this.file = file;
    this.number = number;
    this.signal = batch == null ? null : batch.signal();
    this.items = batch == null ? 0 : batch.itemCount();
    this.result = result;
    this.problem = problem;
  }

  static ReplayedLine exported(Path file, long number, Batch batch, ExportResult result) {
    return new ReplayedLine(file, number, batch, result, null);
  }

  static ReplayedLine unreadable(Path file, long number, String problem) {
    return new ReplayedLine(file, number, null, null, problem);
  }

  /** The file that it is in. */
  public Path file() {
    return file;
  }

  /** Its place in the file, counted from 1. */
  public long number() {
    return number;
  }

  /** What it holds; empty if it cannot be read. */
  public Optional<Signal> signal() {
    return Optional.ofNullable(signal);
  }

  /** How many spans, data points or log records it holds; 0 if it cannot be read. */
  public int items() {
    return items;
  }

  /** The exporter's result; empty if it cannot be read. */
  public Optional<ExportResult> result() {
    return Optional.ofNullable(result);
  }

  /** Why it cannot be read, in words for a log line. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** Items that were delivered. */
  public int delivered() {
    return result == null ? 0 : Math.min(items, result.accepted());
  }

  /** Items that a fallback inside of the exporter took instead. */
  public int fellBack() {
    return result == null ? 0 : Math.min(items - delivered(), result.fellBack());
  }

  /** Items that the backend refused for good. */
  public int rejected() {
    return result == null ? 0 : Math.min(items - delivered() - fellBack(), result.rejected());
  }

  /** Items that nobody took: with those above it sums up to {@link #items}. */
  public int undelivered() {
    return items - delivered() - fellBack() - rejected();
  }

  /** Whether it was read, and every item was delivered or taken by a fallback. */
  public boolean isComplete() {
    return result != null && rejected() == 0 && undelivered() == 0;
  }

  /** For instance {@code undelivered.jsonl:7: 512 traces: SUCCESS[accepted=512]}. */
  @Override
  public String toString() {
    return file.getFileName()
        + ":"
        + number
        + ": "
        + (signal == null ? "not read: " + problem : items + " " + signal.id() + ": " + result);
  }
}
