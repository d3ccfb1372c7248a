/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that takes only a part of a line. The limit of a process for its files does what a disk
 * does that fills up: the write that reaches it is cut short, the next one fails.
 */
class FileSizeLimitTest {

  /** The process with the limit. */
  static final class Main {
    private Main() {}

    public static void main(String[] path) throws Exception {
      try (LoggingExporter exporter = LoggingExporter.toFile(Path.of(path[0]))) {
        for (String name : List.of("a", "b".repeat(1 << 20), "c")) {
          ExportResult result = await(exporter.export(Samples.spans(name), ExportContext.none()));
          System.out.println(result);
        }
      }
    }
  }

  @Test
  void aPartOfALineIsTakenBack(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("a.jsonl");
    List<String> results = run("ulimit -f 64 && exec \"$0\" \"$@\"", file);

    assertThat(results)
        .containsExactly(
            "SUCCESS[accepted=1]",
            "RETRYABLE[accepted=0, cannot write a.jsonl: File too large]",
            "SUCCESS[accepted=1]");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("\"name\":\"a\"").endsWith("]}]}]}");
    assertThat(lines.get(1)).contains("\"name\":\"c\"").endsWith("]}]}]}");
  }

  private static List<String> run(String shell, Path file) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            shell,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Its file would be over the limit.
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            file.toString());
    Path output = file.resolveSibling("output");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "needs a POSIX shell: " + e);
      throw e;
    }
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output, UTF_8).lines().toList();
  }
}
