/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request of a {@link TinyExporter}, over a connection of its own. */
final class TinyCall implements Runnable {

  private static final int MAX_ANSWER_BYTES = 1 << 16;

  private final TinyExporter exporter;
  private final Batch batch;
  private final ExportContext context;
  private final byte[] body;
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private @Nullable SocketChannel channel;
  private boolean aborted;

  TinyCall(TinyExporter exporter, Batch batch, ExportContext context, byte[] body) {
    this.exporter = exporter;
    this.batch = batch;
    this.context = context;
    this.body = body;
  }

  CompletableFuture<ExportResult> promise() {
    return promise;
  }

  /** Ends it from another thread. */
  void abort() {
    ExportResult cancelled = ExportResult.retryable("cancelled");
    // First, because the thread that is cut off would say something else.
    promise.complete(
        exporter.flaw == Flaw.KNOWS_WHAT_IT_CANCELLED ? cancelled : cancelled.withOutcomeUnknown());
    if (exporter.flaw != Flaw.ONLY_SAYS_CANCELLED) {
      synchronized (this) {
        aborted = true;
        close(channel);
      }
    }
  }

  @Override
  public void run() {
    ExportResult result;
    try {
      result = attempt();
      if (exporter.flaw == Flaw.TRIES_AGAIN_WHEN_BUSY && result.statusCode().orElse(0) == 503) {
        result = attempt();
      } else if (exporter.flaw == Flaw.TRIES_AGAIN_IN_VAIN
          && result.statusCode().orElse(0) == 503) {
        attempt();
      }
    } catch (ConnectException e) {
      result =
          exporter.flaw == Flaw.GIVES_UP_WHEN_DOWN
              ? ExportResult.permanent("down")
              : ExportResult.failure(e);
      if (exporter.flaw == Flaw.KNOWS_NOTHING_WHEN_DOWN) {
        result = result.withOutcomeUnknown();
      }
    } catch (IOException e) {
      result =
          switch (exporter.flaw) {
            case FORGETS_WHAT_IS_LOST -> ExportResult.retryable("lost");
            case GIVES_UP_WHAT_IS_LOST -> ExportResult.permanent("lost").withOutcomeUnknown();
            default -> ExportResult.failure(e);
          };
    }
    promise.complete(result);
  }

  private ExportResult attempt() throws IOException {
    SocketChannel socket = SocketChannel.open();
    try {
      synchronized (this) {
        if (aborted) {
          throw new IOException("aborted");
        }
        channel = socket;
      }
      socket.connect(new InetSocketAddress(exporter.uri.getHost(), exporter.uri.getPort()));
      send(socket);
      return result(receive(socket));
    } finally {
      if (exporter.flaw == Flaw.LEAVES_CONNECTIONS) {
        TinyExporter.LEFT.add(socket);
      } else {
        socket.close();
      }
    }
  }

  private void send(SocketChannel socket) throws IOException {
    String head =
        "POST / HTTP/1.1\r\nHost: tiny\r\nAuthorization: "
            + exporter.token
            + "\r\nContent-Length: "
            + body.length
            + (exporter.flaw == Flaw.LEAVES_CONNECTIONS ? "" : "\r\nConnection: close")
            + "\r\n\r\n";
    for (byte[] part : new byte[][] {head.getBytes(StandardCharsets.US_ASCII), body}) {
      for (ByteBuffer bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) {
        socket.write(bytes);
      }
    }
  }

  /** The answer up to its end, or the bound; of one that keeps the connection, what comes first. */
  private String receive(SocketChannel socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(8192);
    boolean more = true;
    while (more && (exporter.flaw == Flaw.READS_ALL || answer.size() < MAX_ANSWER_BYTES)) {
      part.clear();
      more = socket.read(part) > 0 && exporter.flaw != Flaw.LEAVES_CONNECTIONS;
      answer.write(part.array(), 0, part.position());
    }
    if (answer.size() == 0) {
      throw new EOFException("no answer");
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  private ExportResult result(String answer) {
    int code = Integer.parseInt(answer.substring(9, 12));
    int end = answer.indexOf("\r\n\r\n");
    String words = answer.substring(end + 4);
    if (exporter.flaw != Flaw.REPEATS_WHAT_IT_IS_TOLD) {
      words = words.replace(exporter.token, "***");
    }
    return switch (code) {
      case 200 -> ExportResult.success(batch);
      case 503 ->
          (exporter.flaw == Flaw.GIVES_UP_WHEN_BUSY
                  ? ExportResult.permanent(words)
                  : ExportResult.retryable(words))
              .withStatusCode(code);
      default ->
          (exporter.flaw == Flaw.NEVER_GIVES_UP
                  ? ExportResult.retryable(words)
                  : ExportResult.permanent(words))
              .withStatusCode(code);
    };
  }

  private static void close(@Nullable SocketChannel socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public String toString() {
    return "attempt " + context.attempt();
  }
}
