/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Java runtimes on this machine, for servers that need a newer one than the tests. */
final class Jdks {

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  private Jdks() {}

  /** The one that runs this. */
  static Path own() {
    return Path.of(System.getProperty("java.home"));
  }

  /** The one that runs this if it is new enough, or else one that stands beside it. */
  static Optional<Path> atLeast(int feature) {
    if (Runtime.version().feature() >= feature) {
      return Optional.of(own());
    }
    try (Stream<Path> beside = Files.list(own().toRealPath().resolveSibling(""))) {
      return beside.filter(home -> feature(home) >= feature).sorted().findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its version, or 0 if there is no runtime. */
  private static int feature(Path home) {
    try {
      Matcher found = VERSION.matcher(Files.readString(home.resolve("release")));
      return found.find() && Files.isExecutable(home.resolve("bin").resolve("java"))
          ? Integer.parseInt(found.group(1))
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
