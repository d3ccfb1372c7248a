/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs out of packages of Debian, which are downloaded and unpacked, and not installed. They
 * stay in the {@link BackendCache}.
 */
final class DebianPackage {

  private DebianPackage() {}

  /**
   * An executable file of a package. Aborts the test where {@code apt-get} or {@code dpkg} is not
   * there, or has no such package.
   *
   * @param file its path in the package
   */
  static Path program(String packageName, String file) throws Exception {
    String system = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
    String name = Path.of(file).getFileName().toString();
    return BackendCache.file(
        String.join("-", "debian", packageName, name, system.replace(' ', '_')),
        directory -> {
          run(packageName, directory, "apt-get", "download", packageName);
          run(packageName, directory, "dpkg", "-x", archive(directory), ".");
          return directory.resolve(file);
        });
  }

  private static String archive(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".deb"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void run(String packageName, Path directory, String... command) throws Exception {
    String said;
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      said = String.valueOf(e.getMessage());
    }
    abort(
        "needs Debian's package "
            + packageName
            + " (apt-get update, then apt-get download and dpkg -x): "
            + said);
  }
}
