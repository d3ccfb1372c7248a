/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The OpenTelemetry Collector, with the receivers of OTLP, Jaeger and Zipkin and the exporter to
 * files. Go and the Collector's builder make it as {@code src/test/resources/otelcol} says, once
 * for each version of that; it stays in the {@link BackendCache}.
 */
final class OtelCollectorBinary {

  private static final String VERSION = "0.155.0";
  private static final String BUILDER = "go.opentelemetry.io/collector/cmd/builder@v" + VERSION;
  private static final List<String> RECIPE = List.of("builder.yaml", "go.mod", "go.sum");
  private static final Duration LIMIT = Duration.ofMinutes(20);

  private OtelCollectorBinary() {}

  /**
   * The executable file. To build it takes minutes. Aborts the test where that needs Go, and it is
   * not there.
   *
   * @param logs a directory for what Go says
   */
  static Path get(Path logs) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (String name : RECIPE) {
      hash.update(recipe(name));
    }
    String key = HexFormat.of().formatHex(hash.digest(), 0, 6);
    String system = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
    return BackendCache.file(
        String.join("-", "otelcol", VERSION, key, system.replace(' ', '_')),
        directory -> build(directory, logs));
  }

  private static Path build(Path directory, Path logs) throws Exception {
    for (String name : RECIPE) {
      Files.write(directory.resolve(name), recipe(name));
    }
    needGo(directory);
    // Without its own `go mod tidy`, which wants what the tests of all modules need as well.
    go(
        directory,
        logs,
        "run",
        BUILDER,
        "--config=builder.yaml",
        "--skip-get-modules",
        "--skip-compilation");
    // What is pinned stays so; sums that only another operating system needs are added.
    go(directory, logs, "build", "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", "otelcol", ".");
    return directory.resolve("otelcol");
  }

  /** Go itself knows whether it can build what go.mod describes, or fetch a version that can. */
  private static void needGo(Path directory) throws Exception {
    String said;
    try {
      Process version =
          new ProcessBuilder("go", "list", "-m")
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      byte[] output = version.getInputStream().readAllBytes();
      said = new String(output, StandardCharsets.UTF_8).strip();
      if (version.waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      said = String.valueOf(e.getMessage());
    }
    abort(
        "needs Go 1.25 or newer on the PATH (or 1.21 with GOTOOLCHAIN=auto) to build the"
            + " OpenTelemetry Collector: "
            + said);
  }

  private static void go(Path directory, Path logs, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("go"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("CGO_ENABLED", "0");
    Path log = logs.resolve("go-" + arguments[0] + ".log");
    try (BackendProcess process = BackendProcess.start(builder, log)) {
      int status = process.awaitEnd(LIMIT);
      if (status != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " ended with " + status + ":\n" + process.output());
      }
    }
  }

  private static byte[] recipe(String name) {
    try (InputStream in = OtelCollectorBinary.class.getResourceAsStream("/otelcol/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
