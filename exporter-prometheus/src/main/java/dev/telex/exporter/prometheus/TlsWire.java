/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** With TLS. */
final class TlsWire implements Wire {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** From the network; ready to be written to. */
  private ByteBuffer in;

  /** To the network; ready to be read from. */
  private ByteBuffer out;

  /** Read, and not asked for yet; ready to be read from. */
  private ByteBuffer plain;

  private boolean begun;
  private boolean ended;

  TlsWire(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    this.in = ByteBuffer.allocate(packet);
    this.out = ByteBuffer.allocate(packet).limit(0);
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!begun) {
      begun = true;
      engine.beginHandshake();
    }
    int given = give(target);
    if (given > 0) {
      return given;
    }
    if (ended) {
      return -1;
    }
    boolean closed = channel.read(in) < 0;
    unwrapAll();
    given = give(target);
    return given == 0 && (closed || ended) ? -1 : given;
  }

  private void unwrapAll() throws IOException {
    in.flip();
    try {
      while (true) {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
          runTasks();
        } else if (status == HandshakeStatus.NEED_WRAP) {
          if (!wrap(NOTHING)) {
            return;
          }
        } else if (plain.hasRemaining()
            || (!in.hasRemaining() && status != HandshakeStatus.NEED_UNWRAP_AGAIN)
            || !unwrap()) {
          return;
        }
      }
    } finally {
      in.compact();
    }
  }

  /** Whether there may be more. */
  private boolean unwrap() throws IOException {
    plain.clear();
    SSLEngineResult result;
    try {
      result = engine.unwrap(in, plain);
    } finally {
      plain.flip();
    }
    switch (result.getStatus()) {
      case BUFFER_OVERFLOW -> {
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
        return true;
      }
      case BUFFER_UNDERFLOW -> {
        if (in.capacity() < engine.getSession().getPacketBufferSize()) {
          ByteBuffer larger = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
          in = larger.put(in).flip();
        }
        return false;
      }
      case CLOSED -> {
        ended = true;
        return false;
      }
      case OK -> {
        return true;
      }
    }
    return false;
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** Whether a packet was made and the network took all of it. */
  private boolean wrap(ByteBuffer source) throws IOException {
    if (out.hasRemaining()) {
      flush();
      if (out.hasRemaining()) {
        return false;
      }
    }
    out.clear();
    SSLEngineResult result;
    try {
      result = engine.wrap(source, out);
    } finally {
      out.flip();
    }
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
      return true;
    }
    ended |= result.getStatus() == Status.CLOSED;
    flush();
    return !out.hasRemaining() && result.getStatus() == Status.OK;
  }

  private int give(ByteBuffer target) {
    int length = Math.min(target.remaining(), plain.remaining());
    ByteBuffer part = plain.duplicate().limit(plain.position() + length);
    target.put(part);
    plain.position(part.position());
    return length;
  }

  /** One packet at a time, so that one connection does not keep the thread. */
  @Override
  public void write(ByteBuffer source) throws IOException {
    wrap(source);
  }

  @Override
  public boolean wantsToWrite() {
    return out.hasRemaining() || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  @Override
  public void flush() throws IOException {
    if (out.hasRemaining()) {
      channel.write(out);
    } else if (begun && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      wrap(NOTHING);
    }
  }

  @Override
  public void finish() throws IOException {
    engine.closeOutbound();
    wrap(NOTHING);
    if (!out.hasRemaining()) {
      channel.shutdownOutput();
    }
  }
}
