/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Without TLS. */
final class PlainWire implements Wire {

  /** A channel copies all that it is given, even if it sends little of it. */
  private static final int MAX_WRITE = 64 * 1024;

  private final SocketChannel channel;

  PlainWire(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    ByteBuffer part = source.duplicate();
    part.limit(Math.min(source.limit(), source.position() + MAX_WRITE));
    channel.write(part);
    source.position(part.position());
  }

  @Override
  public boolean wantsToWrite() {
    return false;
  }

  @Override
  public void flush() {}

  @Override
  public void finish() throws IOException {
    channel.shutdownOutput();
  }
}
