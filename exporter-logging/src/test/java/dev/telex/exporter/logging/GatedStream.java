/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream that is stuck in its first write until the gate opens. */
final class GatedStream extends OutputStream {

  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch gate = new CountDownLatch(1);
  final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  volatile @Nullable Thread writer;
  volatile boolean interrupted;

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    writer = Thread.currentThread();
    entered.countDown();
    try {
      if (!gate.await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      interrupted = true;
      throw new IOException(e);
    }
    bytes.write(b, off, len);
  }

  /** The thread that wrote last. */
  Thread writer() {
    Thread known = writer;
    if (known == null) {
      throw new AssertionError("nobody has written");
    }
    return known;
  }
}
