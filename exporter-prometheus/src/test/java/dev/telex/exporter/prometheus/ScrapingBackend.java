/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Exporter;
import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has a connection to each exporter, as a scraper between two scrapes. It shows no messages: a
 * series that is pushed again looks as it did before.
 */
final class ScrapingBackend implements ContractBackend {

  private static final int LIMIT_MILLIS = 30_000;

  private final List<Socket> sockets = new ArrayList<>();

  @Override
  public URI uri() {
    return URI.create("scraper:/");
  }

  @Override
  public void attach(Exporter exporter) throws IOException {
    URI server = ((PrometheusExporter) exporter).uri().orElseThrow();
    if (server.getScheme().equals("https")) {
      return;
    }
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    sockets.add(socket);
    socket.setSoTimeout(LIMIT_MILLIS);
    socket
        .getOutputStream()
        .write("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    BufferedReader answer =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    String line = answer.readLine();
    while (line != null && !line.equals("healthy")) {
      line = answer.readLine();
    }
    if (line == null) {
      throw new IOException("the exporter closed the connection");
    }
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause) {
      case SAME_BYTES, SECOND_ATTEMPT ->
          Optional.of("a scraper gets what is known, and not what was pushed: see PushTest");
      case BACKEND_DOWN,
          BACKEND_DOWN_IS_KNOWN,
          RETRYABLE_ANSWER,
          PERMANENT_ANSWER,
          LOST_ANSWER,
          HUGE_ANSWER ->
          Optional.of("scrapers come and go, give no answers, and no export fails for it");
      case CANCEL_COMPLETES,
          CANCEL_ABORTS,
          REMAINING_TIME,
          FLUSH_WAITS,
          SHUTDOWN_WITHIN_GRACE,
          SHUTDOWN_BEYOND_GRACE,
          SHUTDOWN_ABORTS ->
          Optional.of("an export waits for nobody");
      default -> Optional.empty();
    };
  }

  @Override
  public boolean showsMessages() {
    return false;
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) {
    return List.of();
  }

  @Override
  public void awaitIdle(Duration limit) {
    for (Socket socket : sockets) {
      try {
        socket.setSoTimeout((int) limit.toMillis());
        if (socket.getInputStream().read() >= 0) {
          throw new AssertionError("there is more than the answer");
        }
      } catch (SocketTimeoutException e) {
        throw new AssertionError("a connection is still open", e);
      } catch (SocketException e) {
        // It was reset, which is as good.
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
