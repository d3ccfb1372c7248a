/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.ConfigurationException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds a {@link LoggingExporter}. Of several targets the last one named counts. */
public final class LoggingExporterBuilder {

  static final String DEFAULT_LOGGER = "telex";
  static final int DEFAULT_MAX_LINE_LENGTH = 2000;
  static final int MIN_LINE_LENGTH = 80;
  static final int MAX_LINE_LENGTH = 1 << 20;
  static final int DEFAULT_MAX_ITEMS = 100;
  static final int DEFAULT_MAX_WAITING = 256;

  private System.Logger.@Nullable Level level;
  private @Nullable Function<Shown, Target> target;
  private @Nullable Path file;
  private boolean filePerSignal;
  private @Nullable Long rotateAtBytes;
  private @Nullable Duration rotateEvery;
  private @Nullable Integer keepFiles;
  private Clock clock = Clock.systemUTC();
  private @Nullable LoggingFormat format;
  private int maxLineLength = DEFAULT_MAX_LINE_LENGTH;
  private int maxItems = DEFAULT_MAX_ITEMS;
  private int maxWaiting = DEFAULT_MAX_WAITING;
  private @Nullable Executor executor;

  LoggingExporterBuilder() {}

  /**
   * Writes to a logger, a record for each item, or for each batch of OTLP JSON. Nothing is written
   * while its level is off. Log records whose instrumentation scope has the logger's name are left
   * out: a log appender made them of this exporter's own output, and it would never end.
   */
  public LoggingExporterBuilder logger(System.Logger logger) {
    Objects.requireNonNull(logger, "logger");
    return target(shown -> new LoggerTarget(logger, levelOrDefault(), shown));
  }

  /** As {@link #logger(System.Logger)}, by name. The default, named {@code telex}. */
  public LoggingExporterBuilder logger(String name) {
    return logger(System.getLogger(name));
  }

  /** The level at which a logger is written to: INFO by default. */
  public LoggingExporterBuilder level(System.Logger.Level level) {
    if (level == System.Logger.Level.ALL || level == System.Logger.Level.OFF) {
      throw new ConfigurationException(
          "level is " + level + ": want one of TRACE, DEBUG, INFO, WARNING, ERROR");
    }
    this.level = level;
    return this;
  }

  /**
   * Writes to a stream, which is flushed after each batch and never closed. A {@link
   * java.io.PrintStream} gets readable text in its own charset; everything else is UTF-8.
   */
  public LoggingExporterBuilder stream(OutputStream stream) {
    Objects.requireNonNull(stream, "stream");
    return target(shown -> new StreamTarget(stream, shown));
  }

  /** Appends OTLP JSON lines to a file, which is made if there is none; its directory is not. */
  public LoggingExporterBuilder file(Path path) {
    target = null;
    file = Objects.requireNonNull(path, "file");
    return this;
  }

  /**
   * Whether each signal gets a file of its own, as the specification of the file exporter wants it:
   * {@code undelivered-traces.jsonl}, {@code undelivered-metrics.jsonl} and {@code
   * undelivered-logs.jsonl} for a file {@code undelivered.jsonl}. False by default.
   */
  public LoggingExporterBuilder filePerSignal(boolean filePerSignal) {
    this.filePerSignal = filePerSignal;
    return this;
  }

  /**
   * Begins a new file rather than let a line take one beyond this size, 1 or more bytes; no limit
   * by default. A line that is longer gets a file of its own. The full one is renamed before the
   * next line is written: {@code undelivered.jsonl} becomes {@code
   * undelivered-20261121T070000Z-1.jsonl}, with the time of that in UTC and a number that counts
   * up. If it cannot be renamed, a warning is logged and it grows on.
   */
  public LoggingExporterBuilder rotateAtBytes(long bytes) {
    if (bytes < 1) {
      throw new ConfigurationException("rotateAtBytes is " + bytes + ": want 1 or more");
    }
    this.rotateAtBytes = bytes;
    return this;
  }

  /**
   * Begins a new file with the first line of each period, of one second or more; never by default.
   * Periods are counted from 1970-01-01T00:00:00Z: one of an hour ends with the hour, one of a day
   * at midnight UTC. A file to which no line comes is not renamed. As {@link #rotateAtBytes}
   * otherwise; both can be set.
   */
  public LoggingExporterBuilder rotateEvery(Duration period) {
    if (period.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new ConfigurationException("rotateEvery is " + period + ": want 1s or more");
    }
    this.rotateEvery = period;
    return this;
  }

  /**
   * The most rotated files that are kept beside the one that is written, 1 or more; for each file
   * of {@link #filePerSignal} as many. The oldest ones are deleted <em>with all that is in
   * them</em>, which is counted ({@link LoggingExporter#removedFiles}, {@link
   * LoggingExporter#removedBatches}) and logged as a warning.
   *
   * <p>By default all are kept: what a fallback wrote was delivered nowhere else, and when the disk
   * is full an export says so.
   */
  public LoggingExporterBuilder keepFiles(int files) {
    this.keepFiles = atLeastOne("keepFiles", files);
    return this;
  }

  /** Tells the periods and the times in names. */
  LoggingExporterBuilder clock(Clock clock) {
    this.clock = clock;
    return this;
  }

  /**
   * How telemetry is written: as {@link LoggingFormat#LINE} by default, and into a file always as
   * {@link LoggingFormat#OTLP_JSON}.
   */
  public LoggingExporterBuilder format(LoggingFormat format) {
    this.format = Objects.requireNonNull(format, "format");
    return this;
  }

  /**
   * The most chars of one readable line, from 80 to 1,048,576; 2000 by default. A longer line ends
   * with {@code ...}. OTLP JSON is never cut.
   */
  public LoggingExporterBuilder maxLineLength(int chars) {
    if (chars < MIN_LINE_LENGTH || chars > MAX_LINE_LENGTH) {
      throw new ConfigurationException(
          "maxLineLength is "
              + chars
              + ": want a number of chars from "
              + MIN_LINE_LENGTH
              + " to "
              + MAX_LINE_LENGTH);
    }
    this.maxLineLength = chars;
    return this;
  }

  /**
   * The most items of one batch that are shown in a readable form, 1 or more; 100 by default. The
   * last line then says how many there are more. OTLP JSON always holds all of them.
   */
  public LoggingExporterBuilder maxItems(int items) {
    this.maxItems = atLeastOne("maxItems", items);
    return this;
  }

  /** The most batches that wait to be written, 1 or more; 256 by default. */
  public LoggingExporterBuilder maxWaitingBatches(int batches) {
    this.maxWaiting = atLeastOne("maxWaitingBatches", batches);
    return this;
  }

  /**
   * Runs the writes, instead of a daemon thread of the exporter's own that starts with the first.
   * It stays yours and is not shut down; how many batches wait is its matter.
   */
  public LoggingExporterBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Builds the exporter, which opens its file at the first export.
   *
   * @throws ConfigurationException if the file cannot be written, or settings contradict each other
   */
  public LoggingExporter build() {
    Target built = file != null ? fileTarget(file) : readableTarget();
    return executor == null
        ? new LoggingExporter(built, maxWaiting)
        : new LoggingExporter(built, executor);
  }

  private Target fileTarget(Path path) {
    if (format != null && format != LoggingFormat.OTLP_JSON) {
      throw new ConfigurationException(
          "format is "
              + format
              + ": a file is written as OTLP_JSON; readable text goes to a stream");
    }
    if (keepFiles != null && rotateAtBytes == null && rotateEvery == null) {
      throw new ConfigurationException(
          "keepFiles is " + keepFiles + ", but there is neither rotateAtBytes nor rotateEvery");
    }
    return new FileTarget(
        path,
        filePerSignal,
        new Rotation(
            rotateAtBytes == null ? Long.MAX_VALUE : rotateAtBytes,
            rotateEvery,
            keepFiles == null ? Rotation.KEEP_ALL : keepFiles,
            clock,
            new RotationLog(clock)));
  }

  private Target readableTarget() {
    if (filePerSignal) {
      throw new ConfigurationException("filePerSignal is true, but there is no file");
    }
    noFile("rotateAtBytes", rotateAtBytes);
    noFile("rotateEvery", rotateEvery);
    noFile("keepFiles", keepFiles);
    if (target == null) {
      logger(DEFAULT_LOGGER);
    }
    return Objects.requireNonNull(target)
        .apply(new Shown(format == null ? LoggingFormat.LINE : format, maxLineLength, maxItems));
  }

  private LoggingExporterBuilder target(Function<Shown, Target> made) {
    target = made;
    file = null;
    return this;
  }

  private System.Logger.Level levelOrDefault() {
    return level == null ? System.Logger.Level.INFO : level;
  }

  private static void noFile(String setting, @Nullable Object value) {
    if (value != null) {
      throw new ConfigurationException(setting + " is " + value + ", but there is no file");
    }
  }

  private static int atLeastOne(String setting, int value) {
    if (value < 1) {
      throw new ConfigurationException(setting + " is " + value + ": want 1 or more");
    }
    return value;
  }
}
