/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes a {@link LoggingExporter} from settings, by the name {@code logging}. The settings are
 * those of {@link LoggingExporterBuilder}, in lower case with dashes, and a target that names what
 * is written to.
 */
public final class LoggingExporterProvider implements ExporterProvider {

  /** What can be written to. */
  private enum To {
    LOGGER,
    STDOUT,
    STDERR,
    FILE
  }

  /** The levels that a record can have. */
  private enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }

  private static final Setting<To> TARGET =
      Setting.choice("target", "what is written to", To.class).withDefault(To.LOGGER);
  private static final Setting<String> LOGGER =
      Setting.string("logger", "the logger's name")
          .withDefault(LoggingExporterBuilder.DEFAULT_LOGGER);
  private static final Setting<Level> LEVEL =
      Setting.choice("level", "of the logger's records", Level.class).withDefault(Level.INFO);
  private static final Setting<Path> PATH = Setting.path("path", "of the file");
  private static final Setting<Boolean> FILE_PER_SIGNAL =
      Setting.bool("file-per-signal", "whether each signal gets a file of its own")
          .withDefault(false);
  private static final Setting<Integer> ROTATE_AT_BYTES =
      Setting.integer("rotate-at-bytes", "that no line takes a file beyond", 1, Integer.MAX_VALUE);
  private static final Setting<Duration> ROTATE_EVERY =
      Setting.duration("rotate-every", "the period that a file is for");
  private static final Setting<Integer> KEEP_FILES =
      Setting.integer(
          "keep-files",
          "rotated ones, of which the oldest are deleted with what is in them; all by default",
          1,
          Integer.MAX_VALUE);
  private static final Setting<LoggingFormat> FORMAT =
      Setting.choice(
          "format", "line, unless it is a file, which is always otlp-json", LoggingFormat.class);
  private static final Setting<Integer> MAX_LINE_LENGTH =
      Setting.integer(
              "max-line-length",
              "of a readable line, in chars",
              LoggingExporterBuilder.MIN_LINE_LENGTH,
              LoggingExporterBuilder.MAX_LINE_LENGTH)
          .withDefault(LoggingExporterBuilder.DEFAULT_MAX_LINE_LENGTH);
  private static final Setting<Integer> MAX_ITEMS =
      Setting.integer(
              "max-items", "of a batch that are shown in a readable form", 1, Integer.MAX_VALUE)
          .withDefault(LoggingExporterBuilder.DEFAULT_MAX_ITEMS);
  private static final Setting<Integer> MAX_WAITING_BATCHES =
      Setting.integer("max-waiting-batches", "that wait to be written", 1, Integer.MAX_VALUE)
          .withDefault(LoggingExporterBuilder.DEFAULT_MAX_WAITING);

  @Override
  public String name() {
    return "logging";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        TARGET,
        LOGGER,
        LEVEL,
        PATH,
        FILE_PER_SIGNAL,
        ROTATE_AT_BYTES,
        ROTATE_EVERY,
        KEEP_FILES,
        FORMAT,
        MAX_LINE_LENGTH,
        MAX_ITEMS,
        MAX_WAITING_BATCHES);
  }

  @Override
  public Exporter create(ExporterConfig config) {
    LoggingExporterBuilder builder =
        LoggingExporter.builder()
            .level(System.Logger.Level.valueOf(config.get(LEVEL).name()))
            .filePerSignal(config.get(FILE_PER_SIGNAL))
            .maxLineLength(config.get(MAX_LINE_LENGTH))
            .maxItems(config.get(MAX_ITEMS))
            .maxWaitingBatches(config.get(MAX_WAITING_BATCHES));
    config.find(ROTATE_AT_BYTES).ifPresent(builder::rotateAtBytes);
    config.find(ROTATE_EVERY).ifPresent(builder::rotateEvery);
    config.find(KEEP_FILES).ifPresent(builder::keepFiles);
    config.find(FORMAT).ifPresent(builder::format);
    To to = config.get(TARGET);
    if (to != To.FILE && config.find(PATH).isPresent()) {
      throw new ConfigurationException(
          "setting 'path' is '" + config.get(PATH) + "', but only target file has one");
    }
    switch (to) {
      case LOGGER -> builder.logger(config.get(LOGGER));
      case STDOUT -> builder.stream(System.out);
      case STDERR -> builder.stream(System.err);
      case FILE -> builder.file(config.get(PATH));
    }
    return builder.build();
  }
}
