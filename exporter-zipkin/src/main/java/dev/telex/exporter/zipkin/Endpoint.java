/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A node of the service graph.
 *
 * @param serviceName in lower case; empty for none
 * @param address null for none
 * @param port 0 for none
 */
record Endpoint(String serviceName, @Nullable InetAddress address, int port) {

  private static final int MAX_PORT = 0xffff;

  static final Endpoint NONE = new Endpoint("", null, 0);

  static Endpoint named(String name, @Nullable InetAddress address) {
    return new Endpoint(name.toLowerCase(Locale.ROOT), address, 0);
  }

  /** The port of a text; 0 if it is none. Zipkin refuses a whole list for one that is too large. */
  static int port(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 5) {
      return 0;
    }
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      port = 10 * port + c - '0';
    }
    return port > MAX_PORT ? 0 : port;
  }

  boolean isNone() {
    return serviceName.isEmpty() && address == null && port == 0;
  }
}
