/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of OTLP JSON lines, or one for each signal. */
final class FileTarget implements Target {

  private final Path path;
  private final boolean perSignal;
  private final Rotation rotation;
  private final Map<Path, LineFile> joined = new HashMap<>();
  private boolean closed;

  /** Checks that the files can be written; opens none. */
  FileTarget(Path path, boolean perSignal, Rotation rotation) {
    if (path.getFileName() == null) {
      throw new ConfigurationException("file is '" + path + "': want the path of a file");
    }
    this.path = path;
    this.perSignal = perSignal;
    this.rotation = rotation;
    for (Signal signal : Signal.values()) {
      check(path(signal));
    }
  }

  @Override
  public Delivery delivery() {
    return Delivery.ACKNOWLEDGED;
  }

  @Override
  public ExportResult write(Batch batch) throws InterruptedException {
    Payload json = batch.encoded(OtlpEncoding.JSON);
    Path file = path(batch.signal());
    try {
      joined(file).append(json, rotation);
      return ExportResult.success(batch);
    } catch (IOException e) {
      ExportResult result =
          ExportResult.retryable("cannot write " + file.getFileName() + ": " + e.getMessage())
              .withCause(e);
      return e instanceof TornLineException ? result.withOutcomeUnknown() : result;
    }
  }

  @Override
  public boolean needsForce() {
    synchronized (joined) {
      return !joined.isEmpty();
    }
  }

  @Override
  public void force() throws IOException {
    List<LineFile> files;
    synchronized (joined) {
      files = List.copyOf(joined.values());
    }
    for (LineFile file : files) {
      file.force();
    }
  }

  @Override
  public RotationLog rotated() {
    return rotation.log();
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    rotation.log().close();
    synchronized (joined) {
      closed = true;
      for (LineFile file : joined.values()) {
        try {
          file.leave();
        } catch (IOException e) {
          failure = e;
        }
      }
      joined.clear();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private LineFile joined(Path file) throws IOException {
    synchronized (joined) {
      if (closed) {
        throw new ClosedChannelException();
      }
      LineFile known = joined.get(file);
      if (known == null) {
        known = LineFile.join(file);
        joined.put(file, known);
      }
      return known;
    }
  }

  /** {@code undelivered.jsonl} becomes {@code undelivered-traces.jsonl}. */
  private Path path(Signal signal) {
    if (!perSignal) {
      return path;
    }
    return RotatedFiles.withSuffix(path, "-" + signal.id());
  }

  private static void check(Path path) {
    Path directory = path.toAbsolutePath().getParent();
    String wrong = null;
    if (Files.isDirectory(path)) {
      wrong = "that is a directory: want the path of a file";
    } else if (Files.exists(path)) {
      wrong = Files.isWritable(path) ? null : "that file cannot be written: change its permissions";
    } else if (directory == null || !Files.isDirectory(directory)) {
      wrong = "there is no directory " + directory + ": create it first";
    } else if (!Files.isWritable(directory)) {
      wrong = "no file can be made in " + directory + ": change its permissions";
    }
    if (wrong != null) {
      throw new ConfigurationException("file is '" + path + "': " + wrong);
    }
  }
}
