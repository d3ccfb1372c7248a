/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.Closeable;
import java.io.IOException;

/** Closing. */
final class Sockets {

  private Sockets() {}

  static void close(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // It is of no use any more, and whoever closes it can do nothing about it.
      System.getLogger(Sockets.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "a socket could not be closed", e);
    }
  }
}
