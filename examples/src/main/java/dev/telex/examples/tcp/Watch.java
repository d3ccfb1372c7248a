/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Connects to a TCP stream of metrics, and shows them as a table that moves: {@code watch
 * localhost:5000}. Where there is no server, or none any more, it tries again.
 *
 * <p>One thread reads and another draws; the table between them is all that they share.
 */
public final class Watch implements AutoCloseable {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration RECONNECT = Duration.ofSeconds(3);
  private static final int CONNECT_MILLIS = 3000;
  private static final int LINES = 40;

  /** To the top of a terminal, and clear it. */
  private static final String CLEAR = "\033[H\033[2J";

  private final InetSocketAddress server;
  private final PrintStream out;
  private final String before;
  private final MetricTable table = new MetricTable();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ScheduledExecutorService drawing = Executors.newSingleThreadScheduledExecutor();
  private volatile String status = "";
  private volatile Socket connection = new Socket();

  Watch(InetSocketAddress server, PrintStream out, String before) {
    this.server = server;
    this.out = out;
    this.before = before;
  }

  /** Watches until it is interrupted. */
  public static void main(String[] args) throws InterruptedException {
    InetSocketAddress server;
    try {
      server = Address.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println("usage: watch [HOST:PORT]");
      System.exit(2);
      return;
    }
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (Watch watch = new Watch(server, out, CLEAR)) {
      watch.run(REDRAW, RECONNECT);
    }
  }

  /** Reads and draws until it is closed. */
  void run(Duration redraw, Duration reconnect) throws InterruptedException {
    status = "connecting to " + server;
    drawing.scheduleAtFixedRate(this::draw, 0, redraw.toMillis(), TimeUnit.MILLISECONDS);
    do {
      try {
        read();
        status = "the server closed the connection, trying again";
      } catch (IOException e) {
        status = "no connection to " + server + " (" + e.getMessage() + "), trying again";
      }
    } while (!closed.await(reconnect.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Connects, and reads until the server closes. */
  private void read() throws IOException {
    try (Socket socket = new Socket()) {
      connection = socket;
      if (closed.getCount() == 0) {
        return;
      }
      socket.connect(server, CONNECT_MILLIS);
      status = "connected to " + server;
      EventReader events = new EventReader(socket.getInputStream());
      for (Event event = events.next(); event != null; event = events.next()) {
        table.take(event);
      }
    }
  }

  private void draw() {
    StringBuilder screen = new StringBuilder(before).append(status).append("\n\n");
    table.lines(LINES).forEach(line -> screen.append(line.stripTrailing()).append('\n'));
    out.println(screen);
    out.flush();
  }

  @Override
  public void close() {
    closed.countDown();
    drawing.shutdownNow();
    try {
      connection.close();
    } catch (IOException e) {
      // It was to end anyway.
      status = e.toString();
    }
  }
}
