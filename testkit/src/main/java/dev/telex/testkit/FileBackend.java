/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A text file: its lines are the messages. It is down when its directory is none any more. */
final class FileBackend implements ContractBackend {

  private final Path directory;
  private final Path file;
  private int taken;

  FileBackend() throws IOException {
    directory = Files.createTempDirectory("telex-contract-");
    file = directory.resolve("exported");
  }

  @Override
  public URI uri() {
    return file.toUri();
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause) {
      case BACKEND_DOWN_IS_KNOWN ->
          Optional.of("the exceptions of a file system do not say whether something was written");
      case RETRYABLE_ANSWER, PERMANENT_ANSWER, LOST_ANSWER, HUGE_ANSWER ->
          Optional.of("a file gives no answers");
      case CANCEL_COMPLETES,
          CANCEL_ABORTS,
          REMAINING_TIME,
          FLUSH_WAITS,
          SHUTDOWN_WITHIN_GRACE,
          SHUTDOWN_BEYOND_GRACE,
          SHUTDOWN_ABORTS ->
          Optional.of("a file cannot be made to let its writer wait");
      case SHUTDOWN_CLOSES_CONNECTIONS -> Optional.of("a file does not know who has it open");
      default -> Optional.empty();
    };
  }

  /** What an exporter has reported as delivered is in its file: there is nothing to wait for. */
  @Override
  public List<byte[]> take(int atLeast, Duration limit) {
    List<byte[]> lines = lines();
    List<byte[]> fresh = List.copyOf(lines.subList(taken, lines.size()));
    if (fresh.size() < atLeast) {
      throw new AssertionError(
          "the file has got " + fresh.size() + " lines more, not " + atLeast + " or more");
    }
    taken = lines.size();
    return fresh;
  }

  @Override
  public void goDown() throws IOException {
    delete();
    // In the way of whoever would make the directory again.
    Files.createFile(directory);
  }

  @Override
  public void close() throws IOException {
    delete();
  }

  private List<byte[]> lines() {
    byte[] bytes;
    try {
      bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      // What follows the last line end counts too: it is a torn line.
      if (bytes[i] == '\n' || i == bytes.length - 1) {
        lines.add(Arrays.copyOfRange(bytes, start, i + 1));
        start = i + 1;
      }
    }
    return lines;
  }

  private void delete() throws IOException {
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path one : files) {
          Files.delete(one);
        }
      }
    }
    Files.deleteIfExists(directory);
  }
}
