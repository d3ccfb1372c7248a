/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tests with real backends rely on. */
class BackendProcessTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int TERM = 128 + 15;
  private static final int KILL = 128 + 9;

  @TempDir private Path directory;

  @Test
  void itIsReadyWithALineAndEndsWhenItIsAsked() throws Exception {
    try (BackendProcess process = start("echo first; echo it is ready; exec sleep 600")) {
      process.awaitLine("is ready", LIMIT);
      process.awaitLine("first", LIMIT);
      assertThat(process.isAlive()).isTrue();
      assertThat(process.stop()).isEqualTo(TERM);
      assertThat(process.isAlive()).isFalse();
    }
    assertThat(directory.resolve("log")).hasContent("first\nit is ready\n");
  }

  @Test
  void whatDoesNotListenIsKilled() throws Exception {
    BackendProcess process = start("trap '' TERM; echo deaf; exec sleep 600");
    process.awaitLine("deaf", LIMIT);
    process.close();
    assertThat(process.awaitEnd(LIMIT)).isEqualTo(KILL);
  }

  @Test
  void whatItSaidIsShownWhenItFails() throws Exception {
    try (BackendProcess process = start("echo no such option >&2; exit 3")) {
      assertThatThrownBy(() -> process.awaitLine("ready", LIMIT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("without a line with 'ready'", "no such option");
      assertThat(process.awaitEnd(LIMIT)).isEqualTo(3);
      assertThatThrownBy(() -> process.awaitReady(() -> true, LIMIT))
          .hasMessageContaining("ended with 3 before it was ready");
    }
  }

  @Test
  void aLimitThatPassesIsAFailure() throws Exception {
    try (BackendProcess process = start("echo slow; exec sleep 600")) {
      process.awaitLine("slow", LIMIT);
      assertThatThrownBy(() -> process.awaitLine("ready", Duration.ofMillis(1)))
          .hasMessageContaining("no line with 'ready' within PT0.001S");
      assertThatThrownBy(
              () ->
                  process.awaitReady(
                      () -> {
                        throw new IllegalArgumentException("refused");
                      },
                      Duration.ofMillis(1)))
          .hasMessageContaining("was not ready within PT0.001S")
          .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("refused"));
    }
  }

  @Test
  void itIsAskedUntilItIsReady() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (BackendProcess process = start("exec sleep 600")) {
      process.awaitReady(() -> asked.incrementAndGet() == 3, LIMIT);
    }
    assertThat(asked).hasValue(3);
  }

  @Test
  void itReadsNothingAndHasItsEnvironmentAndDirectory() throws Exception {
    ProcessBuilder command =
        new ProcessBuilder("sh", "-c", "cat; echo \"$GREETING in $(pwd)\"")
            .directory(directory.toRealPath().toFile());
    command.environment().put("GREETING", "hello");
    try (BackendProcess process = BackendProcess.start(command, directory.resolve("log"))) {
      assertThat(process.awaitEnd(LIMIT)).isZero();
    }
    assertThat(directory.resolve("log")).hasContent("hello in " + directory.toRealPath() + "\n");
  }

  @Test
  void itEndsWithTheJvmThatStartedIt() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString(),
                Starter.class.getName(),
                directory.resolve("log").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = jvm.inputReader()) {
      ProcessHandle backend = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
      assertThat(backend.isAlive()).isTrue();
      jvm.destroyForcibly();
      backend.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** A JVM that never ends by itself, with a backend whose process id it prints. */
  static final class Starter {
    public static void main(String[] arguments) throws Exception {
      BackendProcess process =
          BackendProcess.start(
              new ProcessBuilder("sh", "-c", "echo $$; echo ready; trap '' TERM; exec sleep 600"),
              Path.of(arguments[0]));
      process.awaitLine("ready", LIMIT);
      System.out.println(process.output().lines().findFirst().orElseThrow());
      new CountDownLatch(1).await();
    }
  }

  @Test
  void aFreePortIsGivenOnce() {
    assertThat(Stream.generate(BackendProcess::freePort).limit(500)).doesNotHaveDuplicates();
  }

  @Test
  void aFreePortCanBeListenedOn() throws Exception {
    try (ServerSocket socket =
        new ServerSocket(BackendProcess.freePort(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  @Test
  void theCacheMakesAFileOnceAndOnlyWhole() throws Exception {
    String before = System.getProperty("telex.backends.cache");
    System.setProperty("telex.backends.cache", directory.resolve("cache").toString());
    try {
      assertThatThrownBy(
              () ->
                  BackendCache.file(
                      "tool-1",
                      work -> {
                        Files.writeString(work.resolve("half"), "ha");
                        throw new IllegalStateException("no network");
                      }))
          .hasMessage("no network");
      AtomicInteger made = new AtomicInteger();
      for (int i = 0; i < 2; i++) {
        Path tool =
            BackendCache.file(
                "tool-1",
                work -> Files.writeString(work.resolve("made"), "run " + made.incrementAndGet()));
        assertThat(tool).hasContent("run 1").hasParent(directory.resolve("cache"));
      }
      assertThat(directory.resolve("cache"))
          .isDirectoryNotContaining(path -> Files.isDirectory(path));
    } finally {
      if (before == null) {
        System.clearProperty("telex.backends.cache");
      } else {
        System.setProperty("telex.backends.cache", before);
      }
    }
  }

  private BackendProcess start(String script) {
    return BackendProcess.start(new ProcessBuilder("sh", "-c", script), directory.resolve("log"));
  }
}
