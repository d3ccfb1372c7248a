/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where what backends are made of stays from one build to the next: the directory of the system
 * property {@code telex.backends.cache}, or else {@code telex} in that of the user ({@code
 * XDG_CACHE_HOME}, or {@code ~/.cache}).
 */
final class BackendCache {

  private BackendCache() {}

  /** Makes a file in an empty directory, and gives it. */
  interface Maker {
    Path makeIn(Path directory) throws Exception;
  }

  static Path directory() {
    String chosen = System.getProperty("telex.backends.cache", "");
    if (!chosen.isBlank()) {
      return Path.of(chosen).toAbsolutePath();
    }
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .filter(home -> !home.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("telex");
  }

  /**
   * The file of this name. If there is none it is made, by one JVM at a time, and is there only
   * when it is complete.
   *
   * @param name says all that the file depends on
   */
  static Path file(String name, Maker maker) throws Exception {
    Path directory = Files.createDirectories(directory());
    Path file = directory.resolve(name);
    try (FileChannel lock =
            FileChannel.open(
                directory.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (!Files.exists(file)) {
        Path work = Files.createTempDirectory(directory, name + ".");
        try {
          Files.move(maker.makeIn(work), file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          deleteAll(work);
        }
      }
      held.release();
    }
    return file;
  }

  private static void deleteAll(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
