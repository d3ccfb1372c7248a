/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server or a tool of somebody else, in a process of its own. It ends when this is closed, and
 * also when this JVM ends in whatever way: a shell between the two holds a pipe from the JVM, and
 * kills the process when that breaks. Needs {@code sh}.
 */
final class BackendProcess implements AutoCloseable {

  /**
   * Runs the command that it is given. A line from the JVM ends it with SIGTERM, the end of the
   * pipe with SIGKILL; the process itself reads nothing.
   */
  private static final String GUARD =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      exec 2>/dev/null
      (
        if read -r line <&3; then
          kill -TERM "$child"
          read -r line <&3
        fi
        kill -KILL "$child"
      ) &
      guard=$!
      exec 3<&-
      wait "$child"
      status=$?
      kill "$guard"
      exit "$status"
      """;

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int LINES_SHOWN = 40;
  private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Process process;
  private final Thread reader;
  private final Object lock = new Object();

  /** The last lines of its output. */
  private final Deque<String> tail = new ArrayDeque<>();

  /** What is waited for. */
  private String wanted = "";

  private boolean found;
  private boolean outputEnded;

  private BackendProcess(ProcessBuilder command, Path log) throws IOException {
    List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
    guarded.addAll(command.command());
    this.name = Path.of(command.command().get(0)).getFileName().toString();
    ProcessBuilder all = new ProcessBuilder(guarded).redirectErrorStream(true);
    all.directory(command.directory());
    all.environment().clear();
    all.environment().putAll(command.environment());
    this.process = all.start();
    this.reader = new Thread(() -> read(log), "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a command.
   *
   * @param command with its arguments, directory and environment; its redirections do not count
   * @param log gets all that it writes to its output and error output
   */
  static BackendProcess start(ProcessBuilder command, Path log) {
    try {
      return new BackendProcess(command, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A port of the loopback address that nobody listens on, as far as can be known; each only once.
   * For servers that do not say which one they chose when they are told port 0.
   */
  static int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN_PORTS.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Waits until a line of its output, from the first one that is still kept on, holds this text.
   *
   * @throws IllegalStateException if it ends before, or the limit passes, with its last lines
   */
  void awaitLine(String text, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (lock) {
      wanted = text;
      found = tail.stream().anyMatch(line -> line.contains(text));
      while (!found) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (outputEnded) {
          throw failure("ended without a line with '" + text + "'");
        }
        if (left <= 0) {
          throw failure("wrote no line with '" + text + "' within " + limit);
        }
        lock.wait(left);
      }
    }
  }

  /**
   * Asks every 50 ms until the answer is yes. An exception is a no.
   *
   * @throws IllegalStateException if it ends before, or the limit passes, with its last lines
   */
  void awaitReady(Callable<Boolean> isReady, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (process.isAlive()) {
      try {
        if (isReady.call()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() - end > 0) {
        IllegalStateException failure = failure("was not ready within " + limit);
        if (last != null) {
          failure.addSuppressed(last);
        }
        throw failure;
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw failure("ended with " + process.exitValue() + " before it was ready");
  }

  /**
   * Waits for its end, and gives its status.
   *
   * @throws IllegalStateException if the limit passes before
   */
  int awaitEnd(Duration limit) throws InterruptedException {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      reader.join(STOP_LIMIT.toMillis());
      return process.exitValue();
    } catch (TimeoutException e) {
      throw failure("did not end within " + limit);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** The last lines that it wrote. */
  String output() {
    synchronized (lock) {
      return String.join("\n", tail);
    }
  }

  /**
   * Asks it to end (SIGTERM), waits, and gives its status.
   *
   * @throws IllegalStateException if it does not end within 30 seconds; then it was killed
   */
  int stop() throws InterruptedException {
    OutputStream guard = process.getOutputStream();
    try {
      guard.write('\n');
      guard.flush();
    } catch (IOException e) {
      // It has ended.
    }
    try {
      return awaitEnd(STOP_LIMIT);
    } finally {
      close();
    }
  }

  /** Kills it if it has not ended, and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended.
    }
    try {
      awaitEnd(STOP_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return name + "[" + process.pid() + "]";
  }

  private IllegalStateException failure(String what) {
    return new IllegalStateException(this + " " + what + ". Its last lines:\n" + output());
  }

  private void read(Path log) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Writer copy = Files.newBufferedWriter(log)) {
      String line = lines.readLine();
      while (line != null) {
        copy.append(line).append('\n').flush();
        keep(line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      keep("its output could not be read: " + e);
    } finally {
      synchronized (lock) {
        outputEnded = true;
        lock.notifyAll();
      }
    }
  }

  private void keep(String line) {
    synchronized (lock) {
      tail.add(line);
      if (tail.size() > LINES_SHOWN) {
        tail.remove();
      }
      if (line.contains(wanted)) {
        found = true;
        lock.notifyAll();
      }
    }
  }
}
