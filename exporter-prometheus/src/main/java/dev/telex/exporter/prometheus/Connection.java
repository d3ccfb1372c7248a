/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Payload;
import dev.telex.tls.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * One client of a {@link ScrapeServer}: a request, its answer, the next request. Belongs to the
 * server's thread. It holds 8 KiB for the head of a request and views of the bytes that all
 * scrapers share, so that a slow one costs next to nothing.
 */
final class Connection {

  private static final int MAX_HEAD = 8192;

  /** A channel copies all that it is given, even if it sends little of it. */
  private static final int MAX_WRITE = 64 * 1024;

  /** What it does at the moment. */
  enum State {
    /** Waits for a request, or reads one. */
    READING,
    /** Its answer is being made. */
    WAITING,
    /** Sends an answer. */
    WRITING,
    /** Has sent its last answer, and waits until the client has seen that. */
    CLOSING
  }

  private final ScrapeServer server;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Wire wire;
  private final ByteBuffer head = ByteBuffer.allocate(MAX_HEAD);
  private final Deque<ByteBuffer> out = new ArrayDeque<>();
  private final ByteBuffer[] part = new ByteBuffer[1];
  private boolean shaken;
  private State state = State.READING;
  private boolean keepAlive;
  private boolean headOnly;
  private long deadline;
  private long lastMove;

  Connection(ScrapeServer server, SocketChannel channel, SelectionKey key, Wire wire, long now) {
    this.server = server;
    this.channel = channel;
    this.key = key;
    this.wire = wire;
    this.lastMove = now;
    this.deadline = now + server.clientNanos();
  }

  State state() {
    return state;
  }

  /** When it is given up. */
  long deadline() {
    return deadline;
  }

  /** When it last sent or took something. */
  long lastMove() {
    return lastMove;
  }

  /** Whether it is between two requests. */
  boolean isIdle() {
    return state == State.READING && head.position() == 0;
  }

  /** Goes on as far as it can without waiting. */
  void move(long now) throws IOException {
    shaken = shaken || wire.handshake();
    if (shaken) {
      wire.flush();
      switch (state) {
        case READING -> read(now);
        case WRITING -> write(now);
        case CLOSING -> drain();
        case WAITING -> {}
      }
    }
    interest();
  }

  private void read(long now) throws IOException {
    while (state == State.READING) {
      if (head.position() > 0 && tryParse(now)) {
        return;
      }
      boolean idle = head.position() == 0;
      int length = wire.read(head);
      if (length < 0) {
        close();
        return;
      }
      if (length == 0) {
        if (!head.hasRemaining()) {
          answer(ScrapeResponse.text(431, "the head of the request is too large"), false, now);
        }
        return;
      }
      lastMove = now;
      if (idle) {
        // From its first byte on a request has so long, however slowly it drips.
        deadline = now + server.clientNanos();
      }
    }
  }

  private boolean tryParse(long now) throws IOException {
    int end = endOfHead();
    if (end < 0) {
      return false;
    }
    RequestHead request;
    try {
      request = RequestHead.parse(head.array(), end);
    } catch (IllegalArgumentException e) {
      answer(ScrapeResponse.text(400, "bad request: " + e.getMessage()), false, now);
      return true;
    }
    head.flip();
    head.position(end);
    head.compact();
    state = State.WAITING;
    deadline = now + server.clientNanos();
    keepAlive = request.keepsAlive();
    headOnly = request.method().equals("HEAD");
    server.dispatch(this, request);
    return true;
  }

  private int endOfHead() {
    byte[] bytes = head.array();
    for (int i = 3; i < head.position(); i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Sends an answer, unless it has been given up. */
  void answer(ScrapeResponse response, long now) throws IOException {
    if (state == State.WAITING) {
      answer(response, keepAlive, now);
      interest();
    }
  }

  private void answer(ScrapeResponse response, boolean stayOpen, long now) throws IOException {
    keepAlive = stayOpen;
    Payload body = response.body();
    out.add(ByteBuffer.wrap(head(response, stayOpen).getBytes(StandardCharsets.ISO_8859_1)));
    if (!headOnly) {
      out.addAll(body.buffers());
    }
    state = State.WRITING;
    deadline = now + server.clientNanos();
    write(now);
  }

  private static String head(ScrapeResponse response, boolean stayOpen) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(reason(response.status())).append("\r\n");
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    head.append("Content-Length: ").append(response.body().size()).append("\r\n");
    head.append("Connection: ").append(stayOpen ? "keep-alive" : "close").append("\r\n\r\n");
    return head.toString();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 431 -> "Request Header Fields Too Large";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  private void write(long now) throws IOException {
    while (!out.isEmpty()) {
      ByteBuffer next = out.element();
      int before = next.remaining();
      if (before > 0) {
        writePart(next);
      }
      if (next.remaining() < before) {
        lastMove = now;
      } else if (before > 0) {
        return;
      }
      if (!next.hasRemaining()) {
        out.remove();
      }
    }
    if (!wire.isFlushed()) {
      return;
    }
    if (keepAlive) {
      state = State.READING;
      deadline = now + server.idleNanos();
      read(now);
    } else {
      state = State.CLOSING;
      deadline = now + server.clientNanos();
      wire.finish();
      drain();
    }
  }

  private void writePart(ByteBuffer from) throws IOException {
    ByteBuffer next = from.duplicate();
    part[0] = next.limit(Math.min(from.limit(), from.position() + MAX_WRITE));
    wire.write(part, 1);
    from.position(next.position());
  }

  /** A close with unread bytes would take the answer away from the client. */
  private void drain() throws IOException {
    int length;
    do {
      head.clear();
      length = wire.read(head);
    } while (length > 0);
    if (length < 0) {
      close();
    }
  }

  private void interest() {
    if (!key.isValid()) {
      return;
    }
    int wanted =
        switch (state) {
          case READING, CLOSING -> SelectionKey.OP_READ;
          case WRITING -> SelectionKey.OP_WRITE;
          case WAITING -> 0;
        };
    key.interestOps(wire.isFlushed() ? wanted : wanted | SelectionKey.OP_WRITE);
  }

  void close() {
    out.clear();
    server.closed(this, key, channel);
  }
}
