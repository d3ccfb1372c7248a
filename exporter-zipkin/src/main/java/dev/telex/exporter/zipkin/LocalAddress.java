/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * The address of this host in its network: the first site-local one of its interfaces, as the
 * OpenTelemetry exporter had it. Asks no name server.
 */
final class LocalAddress {

  private LocalAddress() {}

  /** Null if there is none. */
  static @Nullable InetAddress find() {
    try {
      for (NetworkInterface nic : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(nic.getInetAddresses())) {
          if (address.isSiteLocalAddress()) {
            return address;
          }
        }
      }
    } catch (SocketException e) {
      // Without an address a span is as good.
      System.getLogger(LocalAddress.class.getPackageName())
          .log(System.Logger.Level.DEBUG, "the network interfaces cannot be listed", e);
    }
    return null;
  }
}
