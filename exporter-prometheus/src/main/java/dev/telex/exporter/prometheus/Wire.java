/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that never blocks, with or without TLS. Used by one thread. */
interface Wire {

  /**
   * Reads what is there.
   *
   * @return as {@link java.nio.channels.ReadableByteChannel#read}
   */
  int read(ByteBuffer target) throws IOException;

  /** Takes as much as it can; what is left of the source has to be offered again. */
  void write(ByteBuffer source) throws IOException;

  /** Whether it holds bytes that the network did not take yet, or wants to say something. */
  boolean wantsToWrite();

  /** Sends what it holds. */
  void flush() throws IOException;

  /** Says that nothing more follows. */
  void finish() throws IOException;
}
