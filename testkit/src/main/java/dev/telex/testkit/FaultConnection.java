/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link FaultServer}, served by one thread.
 *
 * <p>Its channel does not block: while an answer is held the thread waits for the test and for the
 * client at once, and so sees a client that closes.
 */
final class FaultConnection implements Runnable {

  private static final int PART_BYTES = 8192;
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private final FaultServer server;
  private final int number;
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  /** What was received and not yet used, from position to limit. */
  private final ByteBuffer received = ByteBuffer.allocate(MAX_HEAD_BYTES).limit(0);

  private volatile boolean serverCloses;

  FaultConnection(FaultServer server, int number, SocketChannel channel) throws IOException {
    this.server = server;
    this.number = number;
    this.channel = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.selector = Selector.open();
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Ends the connection from another thread. */
  void stop() {
    serverCloses = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      boolean keep = true;
      while (keep) {
        RequestHead head = readHead();
        keep = head != null && serve(head);
      }
    } catch (MalformedRequestException e) {
      server.malformed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      // The client went away, or the server closes: what was read is recorded by now.
    } finally {
      close();
      server.ended(this);
    }
  }

  private boolean serve(RequestHead head) throws IOException, MalformedRequestException {
    Answer.Script given = server.nextAnswer().script();
    Answer.Script script = given;
    Exchange exchange = new Exchange();
    boolean answered = false;
    try {
      ReceivedRequest request = readRequest(head, given, exchange);
      exchange.hold(given.beforeAnswer, request);
      script = compute(given, request);
      if (script.raw != null) {
        write(ByteBuffer.wrap(script.raw));
      } else {
        answer(head, script, request, exchange);
      }
      answered = true;
    } finally {
      exchange.outcome(!answered && !serverCloses);
    }
    if (script.end == Answer.End.RESET) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    return script.end == Answer.End.KEEP && !head.wantsClose();
  }

  private Answer.Script compute(Answer.Script given, ReceivedRequest request) throws IOException {
    if (given.computed == null) {
      return given;
    }
    try {
      return given.computed.apply(request).script();
    } catch (RuntimeException e) {
      server.malformed("an answer could not be computed: " + e);
      throw new IOException(e);
    }
  }

  // --- Reading ---

  /** Null if the client closed between two requests. */
  private @Nullable RequestHead readHead() throws IOException, MalformedRequestException {
    int from = received.position();
    while (true) {
      for (int i = from; i <= received.limit() - 4; i++) {
        if (received.getInt(i) == 0x0d0a0d0a) {
          byte[] head = new byte[i - received.position()];
          received.get(head);
          received.position(i + 4);
          return RequestHead.parse(new String(head, StandardCharsets.ISO_8859_1));
        }
      }
      if (received.remaining() == MAX_HEAD_BYTES) {
        throw new MalformedRequestException("the head is longer than " + MAX_HEAD_BYTES);
      }
      if (!fill()) {
        if (received.hasRemaining()) {
          throw new EOFException();
        }
        return null;
      }
      from = received.position();
    }
  }

  private ReceivedRequest readRequest(RequestHead head, Answer.Script script, Exchange exchange)
      throws IOException, MalformedRequestException {
    if (head.wantsContinue()) {
      writeText("HTTP/1.1 100 Continue\r\n\r\n");
    }
    Body body = new Body(head, script, exchange);
    boolean complete;
    try {
      complete = head.isChunked() ? body.readChunks() : body.read(head.contentLength());
    } catch (IOException | MalformedRequestException e) {
      server.record(body.soFar(false));
      throw e;
    }
    ReceivedRequest request = body.soFar(complete);
    server.record(request);
    exchange.clientIsDone = complete;
    return request;
  }

  /** Waits until there is more; false at the end of the stream. */
  private boolean fill() throws IOException {
    received.compact();
    try {
      while (true) {
        int read = channel.read(received);
        if (read != 0 && !serverCloses) {
          return read > 0;
        }
        await(SelectionKey.OP_READ);
      }
    } finally {
      received.flip();
    }
  }

  private byte next() throws IOException {
    if (!received.hasRemaining() && !fill()) {
      throw new EOFException();
    }
    return received.get();
  }

  // --- Answering ---

  private void answer(
      RequestHead head, Answer.Script script, ReceivedRequest request, Exchange exchange)
      throws IOException {
    boolean bodiless =
        script.status < 200
            || script.status == 204
            || script.status == 304
            || head.method().equals("HEAD");
    StringBuilder text =
        new StringBuilder("HTTP/1.1 ").append(script.status).append(" Scripted\r\n");
    script.headers.forEach(header -> text.append(header).append("\r\n"));
    if (script.chunked) {
      text.append("Transfer-Encoding: chunked\r\n");
    } else if (!bodiless) {
      text.append("Content-Length: ").append(script.bodySize).append("\r\n");
    }
    writeText(text.append("\r\n").toString());

    long size = bodiless ? 0 : Math.min(script.bodySize, script.sendAtMost);
    long sent = 0;
    if (script.whileAnswering != null) {
      sent = Math.min(size, script.whileAnsweringAt);
      writeBody(script, 0, sent);
      exchange.hold(script.whileAnswering, request);
    }
    writeBody(script, sent, size);
    if (script.chunked && script.sendAtMost >= script.bodySize) {
      writeText("0\r\n\r\n");
    }
  }

  private void writeBody(Answer.Script script, long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      byte[] part = script.part(at, (int) Math.min(PART_BYTES, to - at));
      if (script.chunked) {
        writeText(Integer.toHexString(part.length) + "\r\n");
      }
      write(ByteBuffer.wrap(part));
      if (script.chunked) {
        writeText("\r\n");
      }
      at += part.length;
    }
  }

  private void writeText(String text) throws IOException {
    write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE);
      }
      if (serverCloses) {
        throw new ClosedChannelException();
      }
    }
  }

  // --- Waiting ---

  private void await(int operations) throws IOException {
    if (serverCloses) {
      throw new ClosedChannelException();
    }
    key.interestOps(operations);
    selector.select();
    selector.selectedKeys().clear();
    if (serverCloses) {
      throw new ClosedChannelException();
    }
  }

  /** Waits for the release. Where the client has sent everything, sees it close meanwhile. */
  private void waitFor(Hold hold, boolean clientIsDone) throws IOException {
    while (!hold.isReleased()) {
      // A client that sends its next request early fills the buffer, and is then read no more.
      boolean reads = clientIsDone && received.remaining() < received.capacity();
      await(reads ? SelectionKey.OP_READ : 0);
      if (reads) {
        received.compact();
        try {
          if (channel.read(received) < 0) {
            throw new EOFException();
          }
        } finally {
          received.flip();
        }
      }
    }
  }

  private void close() {
    try (selector;
        channel) {
      key.cancel();
    } catch (IOException e) {
      // Nothing can be done for a socket that does not even close.
      server.malformed("closing failed: " + e);
    }
  }

  /** One request and its answer: who held it has to hear how it ended. */
  private final class Exchange {
    private final Set<Hold> holds = new LinkedHashSet<>();
    private boolean clientIsDone;

    void hold(@Nullable Hold hold, ReceivedRequest held) throws IOException {
      if (hold == null || hold.isReleased()) {
        return;
      }
      holds.add(hold);
      Runnable wake = selector::wakeup;
      hold.began(held, wake);
      try {
        waitFor(hold, clientIsDone);
      } finally {
        hold.ended(wake);
      }
    }

    void outcome(boolean closedByClient) {
      holds.forEach(hold -> hold.outcome(closedByClient));
    }
  }

  /** The body of one request while it is read. */
  private final class Body {
    private final RequestHead head;
    private final Answer.Script script;
    private final Exchange exchange;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean held;

    Body(RequestHead head, Answer.Script script, Exchange exchange) {
      this.head = head;
      this.script = script;
      this.exchange = exchange;
    }

    ReceivedRequest soFar(boolean complete) {
      return new ReceivedRequest(head, bytes.toByteArray(), complete, number);
    }

    /** False if the script says to read no more. */
    boolean read(long length) throws IOException {
      long left = length;
      while (true) {
        if (script.whileReading != null && !held && bytes.size() >= script.whileReadingAt) {
          held = true;
          exchange.hold(script.whileReading, soFar(false));
        }
        if (left == 0) {
          return true;
        }
        if (bytes.size() >= script.readAtMost) {
          return false;
        }
        if (!received.hasRemaining() && !fill()) {
          throw new EOFException();
        }
        long most = Math.min(left, script.readAtMost - bytes.size());
        if (script.whileReading != null && !held) {
          most = Math.min(most, script.whileReadingAt - bytes.size());
        }
        byte[] part = new byte[(int) Math.min(received.remaining(), most)];
        received.get(part);
        bytes.writeBytes(part);
        left -= part.length;
      }
    }

    boolean readChunks() throws IOException, MalformedRequestException {
      while (true) {
        String size = line();
        int extension = size.indexOf(';');
        long length;
        try {
          length = Long.parseLong(extension < 0 ? size : size.substring(0, extension), 16);
        } catch (NumberFormatException e) {
          throw new MalformedRequestException("a chunk has no length");
        }
        if (length == 0) {
          while (!line().isEmpty()) {
            // Trailer fields are of no interest.
          }
          return true;
        }
        if (!read(length)) {
          return false;
        }
        line();
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (byte b = next(); b != '\n'; b = next()) {
        if (b != '\r') {
          line.append((char) b);
        }
      }
      return line.toString();
    }
  }
}
