/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import java.io.OutputStream;
import java.util.Arrays;

/** Takes bytes into an array that is used again, without the locks of the JDK's stream. */
final class ReusedStream extends OutputStream {

  private byte[] bytes = new byte[1 << 20];
  private int size;

  void reset() {
    size = 0;
  }

  int size() {
    return size;
  }

  @Override
  public void write(int b) {
    reserve(1);
    bytes[size++] = (byte) b;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
