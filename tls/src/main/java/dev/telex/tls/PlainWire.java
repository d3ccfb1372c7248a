/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** In the clear. */
final class PlainWire implements Wire {

  private final SocketChannel channel;
  private final long maxReceived;
  private long received;
  private long sent;

  PlainWire(SocketChannel channel, long maxReceived) {
    this.channel = channel;
    this.maxReceived = maxReceived;
  }

  @Override
  public boolean handshake() {
    return true;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int read = channel.read(into);
    received += Math.max(0, read);
    if (received > maxReceived) {
      throw new SentTooMuchException();
    }
    return read;
  }

  @Override
  public long write(ByteBuffer[] from, int count) throws IOException {
    long written = channel.write(from, 0, count);
    sent += written;
    return written;
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public boolean isFlushed() {
    return true;
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public void finish() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    TlsWire.close(channel);
  }
}
