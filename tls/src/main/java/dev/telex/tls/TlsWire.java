/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Over TLS, by the JDK's engine. */
final class TlsWire implements Wire {

  private static final System.Logger LOGGER = System.getLogger(TlsWire.class.getPackageName());
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final long maxReceived;

  /** What came and is not yet decrypted, and what is encrypted and not yet gone: to be read. */
  private ByteBuffer incoming;

  private ByteBuffer outgoing;

  /** Decrypted: to be read. */
  private ByteBuffer plain;

  private boolean begun;
  private long received;
  private long sent;

  TlsWire(SocketChannel channel, SSLEngine engine, long maxReceived) {
    this.channel = channel;
    this.engine = engine;
    this.maxReceived = maxReceived;
    incoming = empty(engine.getSession().getPacketBufferSize());
    outgoing = empty(engine.getSession().getPacketBufferSize());
    plain = empty(engine.getSession().getApplicationBufferSize());
  }

  @Override
  public boolean handshake() throws IOException {
    if (!begun) {
      begun = true;
      engine.beginHandshake();
    }
    while (true) {
      if (!flush()) {
        return false;
      }
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          if (wrap(NOTHING, 1).bytesProduced() == 0) {
            throw new EOFException("the peer closed");
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap() && !receive()) {
            return false;
          }
        }
        case NOT_HANDSHAKING, FINISHED -> {
          return true;
        }
      }
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    while (!plain.hasRemaining()) {
      answer();
      try {
        if (!unwrap() && !receive()) {
          return 0;
        }
      } catch (EOFException e) {
        return -1;
      }
      if (engine.isInboundDone()) {
        return -1;
      }
    }
    int length = Math.min(plain.remaining(), into.remaining());
    into.put(into.position(), plain, plain.position(), length);
    into.position(into.position() + length);
    plain.position(plain.position() + length);
    return length;
  }

  @Override
  public long write(ByteBuffer[] from, int count) throws IOException {
    long taken = 0;
    while (flush() && hasRemaining(from, count)) {
      SSLEngineResult result = wrap(from, count);
      taken += result.bytesConsumed();
      if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
        throw new SSLException("the connection takes no data");
      }
    }
    return taken;
  }

  @Override
  public boolean flush() throws IOException {
    if (outgoing.hasRemaining()) {
      sent += channel.write(outgoing);
    }
    return !outgoing.hasRemaining();
  }

  @Override
  public boolean isFlushed() {
    return !outgoing.hasRemaining();
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public void finish() throws IOException {
    engine.closeOutbound();
    while (flush() && !engine.isOutboundDone()) {
      if (wrap(NOTHING, 1).bytesProduced() == 0) {
        break;
      }
    }
    if (isFlushed()) {
      channel.shutdownOutput();
    }
  }

  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        finish();
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "no goodbye to a peer", e);
    }
    close(channel);
  }

  static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no use any more, and whoever closes it can do nothing about it.
      LOGGER.log(System.Logger.Level.DEBUG, "a socket could not be closed", e);
    }
  }

  /** What the peer wants besides data, such as new keys. */
  private void answer() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          if (!flush() || wrap(NOTHING, 1).bytesProduced() == 0) {
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Only when nothing waits to be sent. */
  private SSLEngineResult wrap(ByteBuffer[] from, int count) throws IOException {
    while (true) {
      outgoing.clear();
      SSLEngineResult result;
      try {
        result = engine.wrap(from, 0, count, outgoing);
      } finally {
        outgoing.flip();
      }
      switch (result.getStatus()) {
        case OK -> {
          return result;
        }
        case CLOSED -> {
          if (result.bytesProduced() == 0 && count > 0 && from != NOTHING) {
            throw new SSLException("the connection is closed for writing");
          }
          return result;
        }
        case BUFFER_OVERFLOW -> {
          int wanted = engine.getSession().getPacketBufferSize();
          outgoing = empty(Math.max(wanted, 2 * outgoing.capacity()));
        }
        case BUFFER_UNDERFLOW -> throw new SSLException("underflow of a wrap");
      }
    }
  }

  /** Decrypts a record. Whether there was a whole one, which may be without data. */
  private boolean unwrap() throws IOException {
    while (true) {
      plain.compact();
      SSLEngineResult result;
      try {
        result = engine.unwrap(incoming, plain);
      } finally {
        plain.flip();
      }
      switch (result.getStatus()) {
        case OK -> {
          return result.bytesConsumed() > 0 || result.bytesProduced() > 0;
        }
        case CLOSED -> throw new EOFException("the peer closed");
        case BUFFER_UNDERFLOW -> {
          return false;
        }
        case BUFFER_OVERFLOW -> {
          int wanted = engine.getSession().getApplicationBufferSize();
          ByteBuffer larger = ByteBuffer.allocate(plain.remaining() + wanted);
          plain = larger.put(plain).flip();
        }
      }
    }
  }

  /** Reads from the network. Whether anything came. */
  private boolean receive() throws IOException {
    int wanted = engine.getSession().getPacketBufferSize();
    if (incoming.capacity() < wanted) {
      incoming = ByteBuffer.allocate(wanted).put(incoming).flip();
    }
    incoming.compact();
    int read;
    try {
      read = channel.read(incoming);
    } finally {
      incoming.flip();
    }
    if (read < 0) {
      throw new EOFException("the peer closed");
    }
    received += read;
    if (received > maxReceived) {
      throw new SentTooMuchException();
    }
    return read > 0;
  }

  private static boolean hasRemaining(ByteBuffer[] from, int count) {
    for (int i = 0; i < count; i++) {
      if (from[i].hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer empty(int capacity) {
    return ByteBuffer.allocate(capacity).limit(0);
  }
}
