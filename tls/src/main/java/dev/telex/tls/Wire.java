/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;

/**
 * A connection that was accepted and never blocks, in the clear or over TLS. For one thread, which
 * waits with a selector between two calls.
 */
public interface Wire {

  /**
   * In the clear.
   *
   * @param channel not blocking
   * @param maxReceived how many bytes the peer may send over the connection
   */
  static Wire plain(SocketChannel channel, long maxReceived) {
    return new PlainWire(channel, maxReceived);
  }

  /**
   * Over TLS.
   *
   * @param channel not blocking
   * @param engine for this connection alone; its tasks run on the thread that calls
   * @param maxReceived how many bytes the peer may send over the connection, with those of TLS
   */
  static Wire tls(SocketChannel channel, SSLEngine engine, long maxReceived) {
    return new TlsWire(channel, engine, maxReceived);
  }

  /**
   * Goes on with what comes before any data.
   *
   * @return whether that is done
   */
  boolean handshake() throws IOException;

  /**
   * Reads what the peer sent.
   *
   * @return how many bytes; 0 if there are none yet, -1 if there will be none
   * @throws SentTooMuchException if that is more than a peer may send
   */
  int read(ByteBuffer into) throws IOException;

  /**
   * Writes as much as goes.
   *
   * @param from of which the first {@code count} are written
   * @return how many bytes were taken; of an encrypted connection some of them may wait
   */
  long write(ByteBuffer[] from, int count) throws IOException;

  /**
   * Writes what waits.
   *
   * @return whether nothing does any more
   */
  boolean flush() throws IOException;

  /** Whether nothing waits. */
  boolean isFlushed();

  /** How many bytes went to the network. */
  long sent();

  /** Tells the peer that nothing more follows; it may still be read from. */
  void finish() throws IOException;

  /** Says goodbye if that is possible at once, and closes. */
  void close();
}
