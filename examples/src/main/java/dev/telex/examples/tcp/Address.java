/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The only argument of both programs. */
final class Address {

  private static final int DEFAULT_PORT = 5000;

  private Address() {}

  /** {@code HOST:PORT}, or nothing; an {@link IllegalArgumentException} says what is wrong. */
  static InetSocketAddress parse(String... args) {
    if (args.length == 0) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT);
    }
    int colon = args[0].lastIndexOf(':');
    if (args.length > 1 || colon < 1) {
      throw new IllegalArgumentException("'" + String.join(" ", args) + "': want HOST:PORT");
    }
    try {
      int port = Integer.parseInt(args[0].substring(colon + 1));
      return new InetSocketAddress(args[0].substring(0, colon), port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + args[0] + "': want HOST:PORT", e);
    }
  }
}
