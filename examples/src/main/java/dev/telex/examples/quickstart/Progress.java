/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import java.io.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One line at the bottom of the terminal that is always up to date, below whatever is printed. */
final class Progress implements AutoCloseable {

  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out = System.out;
  private final boolean terminal;
  private volatile @Nullable Supplier<String> line;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Prints nothing yet.
   *
   * @param terminal whether the line can be erased and written again; if not, a new one is printed
   *     every second
   */
  Progress(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether there is somebody who watches, and not a file or a pipe. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 22 it is not null: then it can be asked.
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Begins to print. */
  void start(Supplier<String> text) {
    line = text;
    timer.scheduleAtFixedRate(this::show, 250, terminal ? 250 : 1000, TimeUnit.MILLISECONDS);
  }

  /** A stream whose lines appear above the progress line. */
  OutputStream above() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        synchronized (Progress.this) {
          erase();
          byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
          out.write(copy, 0, copy.length);
          out.flush();
        }
      }
    };
  }

  /** Prints the line for the last time. */
  void finish() {
    close();
    show();
    if (terminal) {
      out.println();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private synchronized void show() {
    Supplier<String> text = line;
    if (text == null) {
      return;
    }
    erase();
    if (terminal) {
      out.print(text.get());
    } else {
      out.println(text.get());
    }
    out.flush();
  }

  private void erase() {
    if (terminal) {
      out.print(ERASE_LINE);
    }
  }
}
