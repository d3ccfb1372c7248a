/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** A connection to a client, in the clear or encrypted. Nothing here blocks. One thread uses it. */
interface Wire {

  /** Of a connection that was accepted. */
  static Wire of(SocketChannel channel, ServerSettings settings) throws SSLException {
    if (settings.tls() == null) {
      return new PlainWire(channel, settings.maxReceived());
    }
    SSLEngine engine = settings.tls().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(settings.requireClientCertificate());
    engine.beginHandshake();
    return new TlsWire(channel, engine, settings.maxReceived());
  }

  /**
   * Goes on with what comes before any data.
   *
   * @return whether that is done
   */
  boolean handshake() throws IOException;

  /**
   * Reads what the client sent.
   *
   * @return how many bytes; 0 if there are none yet, -1 if there will be none
   * @throws SentTooMuchException if that is more than a client may send
   */
  int read(ByteBuffer into) throws IOException;

  /**
   * Writes as much as goes.
   *
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

  /** Says goodbye if that is possible at once, and closes. */
  void close();
}
